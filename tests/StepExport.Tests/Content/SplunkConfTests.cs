namespace StepExport.Tests.Content;

/// <summary>The reader that the add-on is held to finds what it is there to find.</summary>
public sealed class SplunkConfTests
{
    [Fact]
    public void Reads_stanzas_settings_and_comments()
    {
        var conf = SplunkConf.Parse("# a comment\n[a:b]\nkey.x = 1 = 2\n\n[c]\n");
        Assert.Equal(["a:b", "c"], conf.Stanzas.Keys);
        Assert.Equal("1 = 2", conf.Stanzas["a:b"]["key.x"]);
    }

    [Theory]
    [InlineData("[a]\n[a]\n", "is there twice")]
    [InlineData("[a]\nx = 1\nx = 2\n", "is set twice")]
    [InlineData("[a\n", "is not a stanza")]
    [InlineData("x = 1\n", "stands in no stanza")]
    [InlineData("[a]\nx=1\n", "is not a setting")]
    [InlineData("[a]\nx y = 1\n", "has a key that Splunk does not know")]
    [InlineData("[a]\nx = 1 \\\n", "goes on in the next line")]
    [InlineData("[a]\n x = 1\n", "has blanks at an end")]
    public void Refuses_what_Splunk_would_pass_over(string text, string why) =>
        Assert.Contains(why, Assert.Throws<FormatException>(() => SplunkConf.Parse(text)).Message, StringComparison.Ordinal);
}
