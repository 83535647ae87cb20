using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using StepExport.Core.Normalization;
using StepExport.Tests.Normalization;

namespace StepExport.Tests.Content;

/// <summary>The add-on's settings for each source type fit what that format truly writes.</summary>
public sealed class SplunkFormatTests
{
    /// <summary>What the README promises of every format.</summary>
    private const string Shared = "event_uid finding_uid detection_type severity action dest repo finding_status finding_url run endpoint";

    public static TheoryData<string> Formats => [.. SplunkFields.Formats];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_field_that_is_read_is_one_that_the_format_writes(string format)
    {
        var read = SplunkFields.Settings(format).Where(s => s.Key.StartsWith("EVAL-", StringComparison.Ordinal)).SelectMany(s => SplunkAddOn.FieldsIn(s.Value)).ToList();
        Assert.NotEmpty(read);
        Assert.Empty(read.Except(SplunkFields.Written(format)));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_all_formats_share_is_written_or_calculated_in_each(string format)
    {
        var written = SplunkFields.Written(format);
        var settings = SplunkFields.Settings(format);
        Assert.All(Shared.Split(' '), field => Assert.True(written.Contains(field) || settings.ContainsKey($"EVAL-{field}"), field));
    }

    /// <remarks>Two values of one name are two rows in a statistic by that name.</remarks>
    [Theory]
    [MemberData(nameof(Formats))]
    public void No_field_has_a_value_from_the_index_and_another_from_the_event(string format)
    {
        var twice = SplunkFields.Events(format).SelectMany(e => JsonNode.Parse(e.Event)!.AsObject().Select(f => f.Key)).Intersect(SplunkFields.Indexed);
        var settings = SplunkFields.Settings(format);
        Assert.DoesNotContain(twice, field => !settings.ContainsKey($"EVAL-{field}"));
    }

    [Fact]
    public void No_list_of_format_cim_stays_one_value()
    {
        var lists = SplunkFields.Events("cim").SelectMany(e => JsonNode.Parse(e.Event)!.AsObject())
            .Where(f => f.Key.StartsWith("mitre_", StringComparison.Ordinal) || f.Key == "finding_types").Select(f => f.Key).Distinct();
        var settings = SplunkFields.Settings("cim");
        Assert.Equal(5, lists.Count());
        Assert.All(lists, field => Assert.Equal($"split('{field}', \",\")", settings.GetValueOrDefault($"EVAL-{field}")));
    }

    /// <remarks>What HEC's event endpoint brings in the envelope, the raw endpoint leaves to these settings.</remarks>
    [Theory]
    [MemberData(nameof(Formats))]
    public void Its_time_is_found_where_it_stands(string format)
    {
        var settings = SplunkFields.Settings(format);
        var prefix = new Regex(settings["TIME_PREFIX"], RegexOptions.CultureInvariant);
        var lookahead = int.Parse(settings["MAX_TIMESTAMP_LOOKAHEAD"], CultureInfo.InvariantCulture);
        var found = 0;
        foreach (var (name, text) in SplunkFields.Events(format))
        {
            if (prefix.Match(text) is not { Success: true } match)
            {
                Assert.True(format == "raw" && !text.Contains("\"timestamp\"", StringComparison.Ordinal), name);
                continue;
            }

            found++;
            var from = match.Index + match.Length;
            Assert.Equal((name, TimeOf(name)), (name, Parse(text.Substring(from, Math.Min(lookahead, text.Length - from)), settings)));
        }

        Assert.True(found >= 35, $"{found} times found");
    }

    private static DateTimeOffset TimeOf(string name)
    {
        var finding = Normalized.Of(File.ReadAllText(Path.Combine(ProjectFiles.Golden, name + ".input.json")), new NormalizationSettings());
        return DateTimeOffset.FromUnixTimeMilliseconds(JsonNode.Parse(finding.Body.WrittenSpan)!["time"]!.GetValue<long>());
    }

    /// <summary>Those of Splunk's formats that the add-on uses.</summary>
    private static DateTimeOffset Parse(string text, Dictionary<string, string> settings)
    {
        switch (settings["TIME_FORMAT"])
        {
            case "%s":
                Assert.False(char.IsAsciiDigit(text[10]));
                return DateTimeOffset.FromUnixTimeSeconds(long.Parse(text.AsSpan(0, 10), CultureInfo.InvariantCulture));
            case "%s%3N":
                Assert.False(char.IsAsciiDigit(text[13]));
                return DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(text.AsSpan(0, 13), CultureInfo.InvariantCulture));
            case "%Y-%m-%dT%H:%M:%S.%3N":
                Assert.Equal("UTC", settings["TZ"]);
                return DateTimeOffset.ParseExact(text.AsSpan(0, 23), "yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            default:
                throw new FormatException($"this test does not know '{settings["TIME_FORMAT"]}'");
        }
    }
}
