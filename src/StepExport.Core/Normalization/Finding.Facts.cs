using StepExport.Core.Model;

namespace StepExport.Core.Normalization;

/// <content>The facts that every type has in common: where it happened, when, and its state.</content>
internal sealed partial class Finding
{
    /// <summary>No owner, repository or run is called that long; what is, stays in <c>unmapped</c>.</summary>
    private const int LongestIdentity = 1024;

    public DetectionText Owner { get; private set; }

    /// <summary>owner/name.</summary>
    public DetectionText Repository { get; private set; }

    public DetectionText RepositoryName { get; private set; }

    public DetectionText WorkflowPath { get; private set; }

    public DetectionText WorkflowId { get; private set; }

    public DetectionText RunId { get; private set; }

    public long? RunAttempt { get; private set; }

    public DetectionText JobId { get; private set; }

    public DetectionText Job { get; private set; }

    /// <summary>The vendor's name of the detection, e.g. "Reverse shell detected".</summary>
    public DetectionText Name { get; private set; }

    /// <summary>The vendor's dedupe key, unique per run only.</summary>
    public DetectionText Key { get; set; }

    public DetectionText OriginalUid { get; private set; }

    public DetectionText OriginalTime { get; set; }

    public DetectionText SourceUrl { get; set; }

    public DetectionText Uid { get; set; }

    public long TimeMs { get; set; }

    private void ReadCommonFacts(long receivedAtMs)
    {
        ReadRepository();
        ReadState();
        WorkflowPath = Source.TakeText("workflow_path"u8);
        WorkflowId = Source.TakeText("workflow_id"u8);
        RunId = Source.TakeText("run_id"u8, LongestIdentity);
        JobId = Source.TakeText("job_id"u8, LongestIdentity);
        Job = Source.TakeText("job"u8);
        if (Job.IsEmpty) Job = Source.TakeText("job_name"u8);
        else Source.TakeIfEqual("job_name"u8, Job);
        Name = Source.TakeText("name"u8);
        Key = Source.TakeText("detection"u8);
        OriginalUid = Source.TakeText("id_timestamp"u8);
        Uid = default;
        TimeMs = receivedAtMs;
        OriginalTime = default;
        TakeTime("timestamp"u8);
        ReadSourceUrl("html_url"u8);
        RunAttempt = Source.TakeInteger("run_attempt"u8) ?? RunAttemptOfUrl();
    }

    /// <summary>Makes a member the event time when it is a usable timestamp.</summary>
    public bool TakeTime(ReadOnlySpan<byte> name)
    {
        var member = Source[name];
        if (!Timestamps.TryParse(member.Text, out var timeMs)) return false;
        TimeMs = timeMs;
        OriginalTime = member.Text;
        member.Take();
        return true;
    }

    /// <summary>Makes a member the finding's title when there is none yet.</summary>
    public void TakeName(ReadOnlySpan<byte> name)
    {
        if (Name.IsEmpty) Name = Source.TakeText(name);
        else Source.TakeIfEqual(name, Name);
        Detail = Name;
    }

    /// <summary>Makes a member the link back to the vendor when it is a web address.</summary>
    public void ReadSourceUrl(ReadOnlySpan<byte> name)
    {
        var url = Source[name];
        SourceUrl = default;
        if (!url.Text.Span.StartsWith("https://"u8) && !url.Text.Span.StartsWith("http://"u8)) return;
        SourceUrl = url.Text;
        url.Take();
    }

    private void ReadRepository()
    {
        Owner = Source.TakeText("owner"u8, LongestIdentity);
        Repository = Source.TakeText("owner_repo"u8, LongestIdentity);
        var repo = Source["repo"u8];
        if (Repository.IsEmpty && repo.Text.Length is > 0 and <= LongestIdentity)
        {
            Repository = Owner.IsEmpty || repo.Text.Span.Contains((byte)'/')
                ? repo.Text
                : Detection.Begin().Append(Owner).Append((byte)'/').Append(repo.Text).End();
        }

        var slash = Repository.Span.IndexOf((byte)'/');
        RepositoryName = Repository.Slice(slash + 1);
        if (Owner.IsEmpty && slash > 0) Owner = Repository.Slice(0, slash);
        Source.TakeIfEqual("repo"u8, Repository);
        Source.TakeIfEqual("repo"u8, RepositoryName);
    }

    private void ReadState()
    {
        var suppressed = Source.TakeFlag("is_suppressed"u8) is true;
        Status = Source.TakeFlag("is_resolved"u8) is true ? FindingStatus.Resolved
            : suppressed ? FindingStatus.Suppressed
            : FindingStatus.New;
        if (Source.TakeFlag("is_lockdown"u8) is true) Denied = true;
    }

    /// <summary>The vendor's link may be of another run; its attempt counts only when it is of this one.</summary>
    private long? RunAttemptOfUrl()
    {
        const int digitsOfAttempt = 9;
        var marker = "?run_attempt="u8;
        var url = SourceUrl.Span;
        var query = url.IndexOf(marker);
        if (query < 0 || RunId.IsEmpty) return null;
        var path = url[..query];
        if (!path.EndsWith(RunId) || !path[..^RunId.Length].EndsWith("/runs/"u8)) return null;
        var digits = url[(query + marker.Length)..];
        if (digits.IsEmpty || digits.Length > digitsOfAttempt || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return null;
        return int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
    }
}
