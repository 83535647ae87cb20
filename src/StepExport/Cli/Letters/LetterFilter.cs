using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using StepExport.Configuration;
using StepExport.Core.DeadLetters;

namespace StepExport.Cli.Letters;

/// <summary>The options that say which letters a verb is about.</summary>
internal sealed class LetterFilter
{
    private readonly Option<string?> _sink = new("--sink") { Description = "Letters of this sink.", HelpName = "NAME" };
    private readonly Option<string?> _source = new("--source") { Description = "Letters of this source, refused at intake.", HelpName = "NAME" };
    private readonly Option<string?> _reason = new("--reason") { Description = "Part of the reason or of the code, in any case.", HelpName = "TEXT" };
    private readonly Option<string?> _type = new("--type") { Description = "Detection type, * matches any run of characters.", HelpName = "TYPE" };
    private readonly Option<DateTimeOffset?> _since;
    private readonly Option<DateTimeOffset?> _until;

    public LetterFilter(TimeProvider time)
    {
        _since = new("--since") { Description = "Kept at this time or later: 2026-07-22, 2026-07-22T12:00:00Z, or 2h ago.", HelpName = "TIME", CustomParser = result => Parse(result, time) };
        _until = new("--until") { Description = "Kept before this time.", HelpName = "TIME", CustomParser = result => Parse(result, time) };
    }

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_sink, _source, _reason, _type, _since, _until]) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_sink) is not null && result.GetValue(_source) is not null) result.AddError("a letter is of a sink or of a source; give --sink or --source");
        });
    }

    public DeadLetterQuery Read(ParseResult parsed) => new()
    {
        Sink = parsed.GetValue(_sink),
        Source = parsed.GetValue(_source),
        Reason = parsed.GetValue(_reason),
        Type = parsed.GetValue(_type),
        Since = parsed.GetValue(_since),
        Until = parsed.GetValue(_until),
    };

    private static DateTimeOffset? Parse(ArgumentResult result, TimeProvider time)
    {
        var text = result.Tokens[0].Value;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)) return instant;
        try
        {
            return time.GetUtcNow() - Duration.Parse(text).Value;
        }
        catch (FormatException)
        {
            result.AddError($"'{text}' is no time; write 2026-07-22, 2026-07-22T12:00:00Z, or how long ago: 30m, 2h, 7d");
            return null;
        }
    }
}
