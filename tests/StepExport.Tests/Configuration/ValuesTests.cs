using StepExport.Configuration;

namespace StepExport.Tests.Configuration;

/// <summary>Durations, sizes, addresses and suggestions.</summary>
public sealed class ValuesTests
{
    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("5s", 5_000)]
    [InlineData("2m", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("0s", 0)]
    public void A_duration_reads_and_writes_its_unit(string text, double milliseconds)
    {
        Assert.Equal(milliseconds, Duration.Parse(text).Value.TotalMilliseconds);
        Assert.Equal(text, Duration.Parse(text).ToString());
    }

    [Theory]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("1.5s")]
    [InlineData("5 s")]
    [InlineData("00:00:05")]
    [InlineData("99999999999s")]
    public void What_is_no_duration_is_refused(string text) => Assert.Throws<FormatException>(() => Duration.Parse(text));

    [Theory]
    [InlineData("512B", 512)]
    [InlineData("64KB", 64_000)]
    [InlineData("10MB", 10_000_000)]
    [InlineData("2GB", 2_000_000_000)]
    [InlineData("0B", 0)]
    public void A_size_reads_and_writes_its_unit(string text, long bytes)
    {
        Assert.Equal(bytes, ByteSize.Parse(text).Bytes);
        Assert.Equal(text, ByteSize.Parse(text).ToString());
    }

    [Theory]
    [InlineData("5")]
    [InlineData("5kb")]
    [InlineData("-1B")]
    [InlineData("1.5MB")]
    [InlineData("99999999999TB")]
    public void What_is_no_size_is_refused(string text) => Assert.Throws<FormatException>(() => ByteSize.Parse(text));

    [Theory]
    [InlineData("127.0.0.1:8970", "127.0.0.1:8970")]
    [InlineData("localhost:1", "127.0.0.1:1")]
    [InlineData("[::1]:8970", "[::1]:8970")]
    [InlineData("0.0.0.0:0", "0.0.0.0:0")]
    [InlineData("::1:8970", null)]
    [InlineData("127.0.0.1", null)]
    [InlineData("1:8970", null)]
    [InlineData(":8970", null)]
    [InlineData("[127.0.0.1]:8970", null)]
    [InlineData("127.0.0.1:99999", null)]
    [InlineData("example.com:80", null)]
    public void An_address_to_listen_on_has_a_port(string text, string? expected) => Assert.Equal(expected, ListenAddress.TryParse(text)?.ToString());

    [Theory]
    [InlineData("index", "index", 0)]
    [InlineData("indx", "index", 1)]
    [InlineData("idnex", "index", 1)]
    [InlineData("INDEX", "index", 0)]
    [InlineData("", "ab", 2)]
    public void Distance_counts_typing_errors(string left, string right, int expected) => Assert.Equal(expected, Suggestion.Distance(left, right));

    [Theory]
    [InlineData("endpoint", "did you mean 'endpoints'?")]
    [InlineData("tok", "did you mean 'token'?")]
    [InlineData("points", "did you mean 'endpoints'?")]
    [InlineData("x", "known here: endpoints, token")]
    public void A_suggestion_is_made_only_when_something_is_near(string word, string expected) => Assert.Equal(expected, Suggestion.For(word, ["endpoints", "token"]));
}
