using System.Text;
using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Tests.Configuration;

public sealed class SinkRulesTests
{
    private static readonly PlainSinkConfig Default = new() { Type = "console" };

    [Fact]
    public void The_configurations_defaults_are_the_runners_defaults() => Assert.Equal(new SinkSettings(), Default.ToSettings());

    [Fact]
    public void Every_setting_reaches_the_runner()
    {
        var config = Default with
        {
            Batch = new() { MaxBytes = ByteSize.Parse("5KB"), MaxEvents = 7, MaxAge = Duration.Parse("8s") },
            InFlight = 9,
            Timeout = Duration.Parse("10s"),
            Retry = new() { Initial = Duration.Parse("11s"), Max = Duration.Parse("12s") },
        };
        var expected = new SinkSettings
        {
            BatchMaxBytes = 5000,
            BatchMaxEvents = 7,
            BatchMaxAge = TimeSpan.FromSeconds(8),
            InFlight = 9,
            Timeout = TimeSpan.FromSeconds(10),
            RetryInitial = TimeSpan.FromSeconds(11),
            RetryMax = TimeSpan.FromSeconds(12),
        };
        Assert.Equal(expected, config.ToSettings());
    }

    [Theory]
    [InlineData("High", "Agent-Tampered", "acme/web", "New", true)]
    [InlineData("Low", "Agent-Tampered", "acme/web", "New", false)]
    [InlineData("High", "Other", "acme/web", "New", false)]
    [InlineData("High", "Agent-Tampered", "other/web", "New", false)]
    [InlineData("High", "Agent-Tampered", "acme/web", "Suppressed", false)]
    [InlineData("High", "Agent-Tampered", "acme/web", "Resolved", true)]
    public void Where_becomes_the_filter(string severity, string type, string repository, string state, bool expected)
    {
        var where = new WhereConfig { MinSeverity = "medium", Types = ["Agent-*"], Repos = ["acme/*"], States = ["new", "resolved"] };
        var filter = (Default with { Where = where }).ToSettings().Filter;
        var header = new RecordHeader
        {
            TimeMs = 1,
            Severity = Enum.Parse<Severity>(severity),
            Status = Enum.Parse<FindingStatus>(state),
            Uid = new byte[RecordHeader.UidLength],
            Type = Encoding.UTF8.GetBytes(type),
            Repository = Encoding.UTF8.GetBytes(repository),
        };
        var bytes = new byte[ExportRecord.EncodedLength(header, 2)];
        ExportRecord.Encode(header, "{}"u8, bytes);
        var record = new ExportRecord(1, 1, bytes);
        Assert.Equal(expected, filter.Accepts(record));
    }

    [Fact]
    public void Every_supported_ocsf_version_has_a_name()
    {
        Assert.Equal(["1.8.0", "1.6.0", "1.5.0", "1.3.0", "1.1.0"], OcsfVersions.Texts);
        Assert.Equal(Enum.GetValues<OcsfVersion>().OrderDescending(), OcsfVersions.Texts.Select(OcsfVersions.Parse));
        Assert.Throws<FormatException>(() => OcsfVersions.Parse("1_8_0"));
    }
}
