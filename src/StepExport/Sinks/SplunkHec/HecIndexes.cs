using System.Text;
using StepExport.Core.Delivery;
using StepExport.Core.Model;

namespace StepExport.Sinks.SplunkHec;

/// <summary>Which index an event goes to, and what Splunk thinks of the indexes. Thread-safe.</summary>
/// <remarks>
/// A constant index that Splunk refuses is the destination's trouble: the sink waits. An index out of a template may owe its
/// name to whoever named a repository; where Splunk, or <c>allowedIndexes</c>, does not have it, its events go to the fallback
/// index instead, so that no name can stop the sink or cost a record.
/// </remarks>
internal sealed partial class HecIndexes
{
    /// <summary>How many refusals "wrong index" may hit single records, before an acceptance, until the index itself is blamed.
    /// More than the halvings of the largest batch.</summary>
    private const int Credit = 20;

    /// <summary>More refused names are not remembered; each unknown one costs a request.</summary>
    private const int MostAvoided = 1000;

    /// <summary>Then Splunk is asked again: somebody may have created the index.</summary>
    private static readonly TimeSpan AvoidFor = TimeSpan.FromMinutes(10);

    private readonly RecordTemplate? _template;
    private readonly HashSet<string>? _allowed;
    private readonly byte[] _fallback;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _lock = new();

    /// <summary>Refused names and until when; replaced by each change, so that readers need no lock.</summary>
    private volatile Dictionary<string, long> _avoided = new(StringComparer.Ordinal);

    private int _credit;

    /// <param name="template">The index; null or without placeholder = the same for every event.</param>
    /// <param name="fallback">Index for what the template cannot place; null = the token's default index.</param>
    /// <param name="allowed">The only names that may come out of the template; null = all that Splunk allows.</param>
    /// <param name="time">To ask for a refused index again after a while.</param>
    /// <param name="log">Where a refused index is reported.</param>
    public HecIndexes(RecordTemplate? template, string? fallback, IEnumerable<string>? allowed, TimeProvider time, ILogger log)
    {
        _template = template is { IsConstant: false } ? template : null;
        _allowed = allowed?.ToHashSet(StringComparer.Ordinal);
        _fallback = Encoding.UTF8.GetBytes(fallback ?? "");
        (_time, _log) = (time, log);
    }

    /// <summary>The index depends on the event.</summary>
    public bool Varies => _template is not null;

    /// <summary>Splunk took events a moment ago.</summary>
    public bool IsGood => Volatile.Read(ref _credit) > 0;

    /// <summary>Writes the index of this record, where it <see cref="Varies"/>.</summary>
    /// <param name="record">Fills the template.</param>
    /// <param name="destination">At least <see cref="IndexName.MaxLength"/> bytes.</param>
    /// <returns>Bytes written; 0 = the token's default index.</returns>
    public int Write(in ExportRecord record, Span<byte> destination)
    {
        var length = Render(record, destination);
        if (length > 0) return length;
        _fallback.CopyTo(destination);
        return _fallback.Length;
    }

    /// <summary>Keeps what an answer says about indexes, and settles a refusal of a template's index.</summary>
    public HecVerdict Learn(HecVerdict verdict, Batch batch)
    {
        if (verdict.TookSome) Volatile.Write(ref _credit, Credit);
        if (verdict.FollowUp == HecFollowUp.DoubtIndex) Interlocked.Decrement(ref _credit);
        if (verdict.FollowUp != HecFollowUp.AvoidIndex) return verdict;

        // Should a version of Splunk name the offender itself and not the one behind it, the next one is it.
        if (TryAvoid(batch[verdict.Suspect])) return verdict;
        if (verdict.Suspect + 1 < batch.Count && TryAvoid(batch[verdict.Suspect + 1])) return verdict;
        var (reason, code) = ($"the fallback index is refused as well: {verdict.Result.Reason}", verdict.Result.Code);
        return new(verdict.TookSome ? SendResult.PerRecord(verdict.Result.Records!, reason, code) : SendResult.Retry(reason, code, needsOperator: true));
    }

    /// <returns>False when the record goes to the fallback index already.</returns>
    private bool TryAvoid(in ExportRecord record)
    {
        Span<byte> bytes = stackalloc byte[IndexName.MaxLength];
        var length = Render(record, bytes);
        if (length == 0) return false;
        var name = Encoding.ASCII.GetString(bytes[..length]);
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            var next = new Dictionary<string, long>(_avoided.Where(a => a.Value > now), StringComparer.Ordinal);
            if (next.Count >= MostAvoided) next.Remove(next.MinBy(a => a.Value).Key);
            next[name] = now + (long)(AvoidFor.TotalSeconds * _time.TimestampFrequency);
            _avoided = next;
        }

        Log.Avoided(_log, name, _fallback.Length > 0 ? Encoding.UTF8.GetString(_fallback) : "the token's default index", AvoidFor.TotalMinutes);
        return true;
    }

    /// <returns>Bytes written; 0 = the fallback has to do.</returns>
    private int Render(in ExportRecord record, Span<byte> destination)
    {
        Span<byte> rendered = stackalloc byte[_template!.MaxLength];
        var length = IndexName.Confine(rendered[.._template.Render(record, rendered)], destination);
        if (length == 0) return 0;
        var avoided = _avoided;
        if (_allowed is null && avoided.Count == 0) return length;
        Span<char> name = stackalloc char[length];
        Encoding.ASCII.GetChars(destination[..length], name);
        if (_allowed is not null && !_allowed.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name)) return 0;
        return avoided.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var until) && _time.GetTimestamp() < until ? 0 : length;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Splunk does not have the index {Index}, or the token may not write to it; its events go to {Fallback} for {Minutes:0} minutes")]
        public static partial void Avoided(ILogger logger, string index, string fallback, double minutes);
    }
}
