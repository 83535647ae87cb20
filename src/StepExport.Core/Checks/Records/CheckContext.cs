using System.Globalization;
using System.Text;
using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Checks.Records;

/// <summary>What all records of a check say alike: where they come from, and which run it was.</summary>
internal static class CheckContext
{
    public static void WriteMetadata(OcsfWriter w, ReadOnlySpan<byte> uid, ReadOnlySpan<byte> type, CheckKey key)
    {
        Span<byte> hex = stackalloc byte[RecordHeader.UidLength * 2];
        Convert.TryToHexStringLower(uid, hex, out _);
        w.Object("metadata"u8);
        w.Plain("version"u8, "1.8.0"u8);
        w.Plain("uid"u8, hex);
        w.Plain("event_code"u8, type);
        w.String("correlation_uid"u8, Encoding.UTF8.GetBytes($"github/{key.Repository}/runs/{key.RunId}"));
        w.String("tenant_uid"u8, Owner(key));
        w.Raw("""
            "log_provider":"StepExport","log_name":"checks","log_format":"JSON","product":{"name":"StepExport","vendor_name":"StepExport"}
            """u8);
        w.EndObject();
    }

    /// <summary>The check as one thing: <c>acme/api/runs/16625207256</c>.</summary>
    public static byte[] Uid(CheckKey key) => Encoding.UTF8.GetBytes($"{key.Repository}/runs/{key.RunId}");

    /// <summary>The same resources, in the same words, as the detections of the run have.</summary>
    public static void WriteResources(OcsfWriter w, Check check)
    {
        var repository = Encoding.UTF8.GetBytes(check.Key.Repository);
        w.Array("resources"u8);
        w.Object();
        w.String("uid"u8, repository);
        w.String("name"u8, repository);
        w.Raw("""
            "type":"Repository","role_id":3,"role":"Affected"
            """u8);
        w.String("namespace"u8, Owner(check.Key));
        w.EndObject();
        if (check.Workflow.Length > 0)
        {
            WriteRelated(w, "Workflow"u8, $"{check.Key.Repository}/{check.Workflow}", check.Workflow, repository);
        }

        WriteRelated(w, "Workflow Run"u8, check.Key.RunId, null, repository);
        if (check.Run is { } run)
        {
            WriteRelated(w, "Commit"u8, run.HeadSha, null, repository);
            if (run.PullRequest is { } pull) WriteRelated(w, "Pull Request"u8, Digits(pull), null, repository);
        }

        w.EndArray();
    }

    /// <summary>OpenTelemetry's names, flat.</summary>
    public static void WriteTags(OcsfWriter w, Check check)
    {
        w.Array("tags"u8);
        WriteTag(w, "vcs.provider.name"u8, "github");
        WriteTag(w, "vcs.owner.name"u8, Encoding.UTF8.GetString(Owner(check.Key)));
        WriteTag(w, "vcs.repository.name"u8, check.Key.Repository[(check.Key.Repository.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        WriteTag(w, "cicd.pipeline.name"u8, check.Workflow);
        WriteTag(w, "cicd.pipeline.run.id"u8, check.Key.RunId);
        WriteTag(w, "vcs.ref.head.revision"u8, check.Run?.HeadSha);
        WriteTag(w, "vcs.ref.head.name"u8, check.Run?.HeadBranch);
        WriteTag(w, "vcs.change.id"u8, check.Run?.PullRequest is { } pull ? Digits(pull) : null);
        w.EndArray();
    }

    public static string Digits(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static byte[] Owner(CheckKey key) => Encoding.UTF8.GetBytes(key.Repository[..Math.Max(key.Repository.IndexOf('/', StringComparison.Ordinal), 0)]);

    private static void WriteRelated(OcsfWriter w, ReadOnlySpan<byte> type, string uid, string? name, ReadOnlySpan<byte> repository)
    {
        var id = RecordText.Cut(uid, RecordText.LongestSentence);
        if (id.Length == 0) return;
        w.Object();
        w.String("uid"u8, id);
        w.String("name"u8, RecordText.Cut(name, RecordText.LongestSentence));
        w.Plain("type"u8, type);
        w.String("namespace"u8, repository);
        w.Raw("""
            "role_id":4,"role":"Related"
            """u8);
        w.EndObject();
    }

    private static void WriteTag(OcsfWriter w, ReadOnlySpan<byte> name, string? value)
    {
        if (string.IsNullOrWhiteSpace(value)) return;
        w.Object();
        w.Plain("name"u8, name);
        w.String("value"u8, RecordText.Cut(value, RecordText.LongestSentence));
        w.EndObject();
    }
}
