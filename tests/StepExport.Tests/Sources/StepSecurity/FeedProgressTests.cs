using System.Text;
using StepExport.Sources.StepSecurity;

namespace StepExport.Tests.Sources.StepSecurity;

public sealed class FeedProgressTests
{
    private static readonly FeedKey Feed = new(FeedScope.OfOwner("acme"), "Reverse-Shell", "new");

    [Fact]
    public void Comes_back_as_it_was_written()
    {
        var progress = new FeedProgress();
        var any = Feed with { Type = null };
        var tenant = Feed with { Scope = FeedScope.OfCustomer("acme") };
        (progress[Feed], progress[any], progress[tenant]) = (new(1, 2), new(null, 3), new(4, null));

        var again = FeedProgress.Decode(progress.Encode());

        Assert.Equal([new(1, 2), new(null, 3), new(4, null), default], new[] { again[Feed], again[any], again[tenant], again[Feed with { State = "resolved" }] });
    }

    [Fact]
    public void A_new_source_has_read_nothing() => Assert.Equal(default, FeedProgress.Decode(null)[Feed]);

    [Theory]
    [InlineData("""{"version":2,"lists":{}}""", "version 2; this program knows 1")]
    [InlineData("""{"version":1}""", "damaged")]
    [InlineData("""{"version":1,"lists":{"a":{"newest":"x"}}}""", "damaged")]
    [InlineData("no", "damaged")]
    public void What_cannot_be_read_is_told_and_not_begun_anew(string text, string expected)
    {
        var error = Assert.Throws<IOException>(() => FeedProgress.Decode(Encoding.UTF8.GetBytes(text)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
