using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StepExport.Core.Model;

namespace StepExport.Core.Checks;

/// <summary>What a journaled record says of a workflow run.</summary>
internal static class FindingFacts
{
    /// <summary>Characters; longer texts are cut.</summary>
    public const int LongestText = 2000;

    /// <summary>Characters; of longer uids the end is hashed.</summary>
    public const int LongestUid = 1000;

    /// <summary>Further endpoints of one finding; of more than these only their number is told, and that is expected by nobody.</summary>
    public const int MostEndpoints = 32;

    private static readonly long EarliestMs = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long LatestMs = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Reads one record. The finding's own record is a view over this one, valid as long as it is.</summary>
    /// <returns>Null when it is no Detection Finding, was made by StepExport itself, belongs to no run of GitHub, or cannot be read.</returns>
    public static CheckFinding? Read(in ExportRecord record)
    {
        var reader = new FactsReader(record.Body.Span);
        try
        {
            reader.Read();
        }
        catch (JsonException)
        {
            return null;
        }

        if (!reader.IsDetectionFinding || reader.IsOurs || Run(reader.CorrelationUid) is not { } run || reader.Uid is not { Length: > 0 } uid) return null;
        var type = Encoding.UTF8.GetString(record.Type);
        var (endpoint, more) = Endpoints(reader.Endpoints);
        var process = Cut(reader.Process);
        return new()
        {
            Uid = Identity(uid, reader.HasKey, endpoint, process),
            Check = run,
            Type = type,
            Severity = record.Severity,
            Status = record.Status,
            Title = Cut(reader.Description ?? reader.Message ?? reader.Title) ?? type,
            Workflow = Cut(reader.Workflow) ?? "",
            Job = Cut(reader.Job),
            Endpoint = endpoint,
            MoreEndpoints = more,
            Process = process,
            Url = reader.SourceUrl is { Length: <= LongestText } url ? url : null,
            At = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(record.TimeMs, EarliestMs, LatestMs)),
            Position = new(record.Sequence, record.AppendedAtMs),
            Record = record.Body,
        };
    }

    /// <summary>Cuts a long text, between characters.</summary>
    public static string? Cut(string? text, int longest = LongestText)
    {
        if (text is null || text.Length <= longest) return text;
        return text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
    }

    /// <summary>The vendor's key tells detections of a run apart, by its type's own measure: <c>Suspicious-Network-Call-build</c> is of every such call of
    /// the job. Two calls must never be taken for one, or the harmless one would hide the other.</summary>
    private static string Identity(string uid, bool hasKey, CalledEndpoint? endpoint, string? process)
    {
        if (endpoint is { } called && !uid.Contains(called.Host, StringComparison.OrdinalIgnoreCase)) uid = $"{uid} {called}";
        else if (endpoint is null && !hasKey && process is not null) uid = $"{uid} {process}";
        return uid.Length <= LongestUid ? uid : $"{Cut(uid, LongestUid / 2)}~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(uid)))}";
    }

    /// <summary>Of <c>github/owner/repo/runs/id</c>.</summary>
    private static CheckKey? Run(string? correlation)
    {
        const string provider = "github/", runs = "/runs/";
        if (correlation is null || !correlation.StartsWith(provider, StringComparison.Ordinal)) return null;
        var at = correlation.LastIndexOf(runs, StringComparison.Ordinal);
        return at < provider.Length ? null : CheckKey.TryParse($"{correlation[provider.Length..at]}/{correlation[(at + runs.Length)..]}");
    }

    private static (CalledEndpoint? First, IReadOnlyList<CalledEndpoint> More) Endpoints(List<CalledEndpoint>? all)
    {
        if (all is null) return (null, []);
        if (all.Count == 1) return (all[0], []);
        var more = all.Skip(1).Take(MostEndpoints).ToList();
        if (all.Count - 1 > MostEndpoints) more.Add(new(FormattableString.Invariant($"and {all.Count - 1 - MostEndpoints} more"), null));
        return (all[0], more);
    }
}
