using System.Buffers;
using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Evidence;

/// <summary>Evidence of an action's commit: <c>imposter_commit {action, tag, sha, timestamp, …}</c> of the payload.</summary>
internal static class CommitEvidence
{
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    private static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."u8);

    public static void Write(Finding finding)
    {
        var source = finding.Source["imposter_commit"u8];
        var action = source.TakeText("action"u8);
        var sha = source.TakeText("sha"u8);
        if (action.IsEmpty && sha.IsEmpty) return;
        var tag = source.TakeText("tag"u8);
        source.TakeIfEqual("timestamp"u8, finding.OriginalTime);
        var uid = Join(finding.Detection, action, sha);
        finding.Detail = Describe(finding.Detection, action, tag, sha);
        var w = finding.BeginEvidence("Action commit"u8);
        w.Object("data"u8);
        w.Flag("is_imposter_commit"u8, source.TakeFlag("is_imposter_commit"u8));
        w.Flag("is_commit_on_default_branch"u8, source.TakeFlag("is_commit_on_default_branch"u8));
        w.String("sha"u8, sha);
        w.String("tag"u8, tag);
        if (sha.IsEmpty) w.String("action"u8, action); // OCSF counts data as evidence only when there is some
        w.EndObject();
        WriteUrl(finding, action, sha);
        WriteAction(finding, uid, action, tag);
        finding.EndEvidence();
    }

    private static void WriteAction(Finding finding, DetectionText uid, DetectionText action, DetectionText tag)
    {
        var w = finding.Evidence;
        w.Array("resources"u8);
        w.Object();
        w.String("uid"u8, uid);
        w.String("name"u8, action);
        w.String("version"u8, tag);
        w.Raw("""
            "type":"GitHub Action","role_id":2,"role":"Actor"
            """u8);
        w.EndObject();
        w.EndArray();
        finding.Observe("resources[0].uid"u8, ObservableType.ResourceUid, uid);
    }

    private static void WriteUrl(Finding finding, DetectionText action, DetectionText sha)
    {
        if (sha.Length is < 7 or > 64 || sha.Span.ContainsAnyExcept(HexDigits) || !TryRepository(action, out var repository)) return;
        var path = finding.Detection.Begin().Append((byte)'/').Append(repository).Append("/commit/"u8).Append(sha).End();
        WebAddress.WriteGitHub(finding, path, default);
    }

    /// <summary>The first two parts of <c>owner/repository/sub/folder</c>.</summary>
    private static bool TryRepository(DetectionText action, out DetectionText repository)
    {
        repository = default;
        var owner = action.Span.IndexOf((byte)'/');
        if (owner <= 0) return false;
        var name = action.Span[(owner + 1)..];
        var end = name.IndexOf((byte)'/');
        if (end >= 0) name = name[..end];
        if (name.IsEmpty || name.ContainsAnyExcept(NameBytes) || action.Span[..owner].ContainsAnyExcept(NameBytes)) return false;
        repository = action.Slice(0, owner + 1 + name.Length);
        return true;
    }

    private static DetectionText Join(Detection detection, DetectionText action, DetectionText sha)
    {
        if (action.IsEmpty || sha.IsEmpty) return action.IsEmpty ? sha : action;
        return detection.Begin().Append(action).Append((byte)'@').Append(sha).End();
    }

    private static DetectionText Describe(Detection detection, DetectionText action, DetectionText tag, DetectionText sha)
    {
        detection.Begin().Append(action);
        if (!tag.IsEmpty) detection.Append((byte)'@').Append(tag);
        if (!sha.IsEmpty) detection.Append(action.IsEmpty ? "("u8 : " ("u8).Append(sha).Append((byte)')');
        return detection.End();
    }
}
