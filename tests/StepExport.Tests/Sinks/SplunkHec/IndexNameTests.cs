using System.Text;
using StepExport.Sinks.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

public sealed class IndexNameTests
{
    [Theory]
    [InlineData("security", "security")]
    [InlineData("sec_acme-2026", "sec_acme-2026")]
    [InlineData("Sec.ACME/Shop", "sec_acme_shop")]
    [InlineData("_internal", "internal")]
    [InlineData("-_-x", "x")]
    [InlineData("a b\"c\u0000", "a_b_c_")]
    [InlineData("é", "")]
    [InlineData("___", "")]
    [InlineData("", "")]
    [InlineData("my_kvstore_1", "")]
    [InlineData("KVstore", "")]
    public void A_rendered_name_becomes_one_that_Splunk_allows_or_none(string rendered, string name)
    {
        var destination = new byte[IndexName.MaxLength];

        var length = IndexName.Confine(Encoding.UTF8.GetBytes(rendered), destination);

        Assert.Equal(name, Encoding.ASCII.GetString(destination, 0, length));
    }

    [Fact]
    public void Too_long_a_name_is_none_because_a_cut_one_could_be_another_index()
    {
        var destination = new byte[IndexName.MaxLength];

        Assert.Equal(80, IndexName.Confine(Encoding.ASCII.GetBytes(new string('a', 80)), destination));
        Assert.Equal(0, IndexName.Confine(Encoding.ASCII.GetBytes(new string('a', 81)), destination));
    }

    [Theory]
    [InlineData("security", true)]
    [InlineData("_internal", true)]
    [InlineData("a-1", true)]
    [InlineData("Security", false)]
    [InlineData("a.b", false)]
    [InlineData("-a", false)]
    [InlineData("", false)]
    public void A_configured_name_is_checked(string name, bool isValid) => Assert.Equal(isValid, IndexName.IsValid(name));
}
