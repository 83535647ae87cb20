using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Evidence;

/// <summary>Evidence of a secret that a scanner rule matched.</summary>
internal static class SecretEvidence
{
    /// <summary>The vendor masks the secret; its length is of no use, so long ones are cut.</summary>
    private const int LongestMask = 64;

    private static readonly Attacks PrivateKey = Attacks.Of(("TA0006", "T1552.004"));

    /// <summary>What the payload says of the match.</summary>
    internal readonly record struct Match(DetectionText Masked, DetectionText Rule, long? Line, long? Step)
    {
        public bool IsEmpty => Masked.IsEmpty && Rule.IsEmpty && Line is null && Step is null;
    }

    public static Match Take(Finding finding)
    {
        var source = finding.Source;
        var masked = source.TakeText("secret"u8);
        if (masked.Length > LongestMask) masked = masked.Slice(0, Cut(masked));
        var rule = source.TakeText("rule_id"u8);
        if (rule.Span.SequenceEqual("private-key"u8)) finding.Attacks = PrivateKey;
        if (!rule.IsEmpty) finding.Detail = finding.Detection.Begin().Append("rule "u8).Append(rule).End();
        return new Match(masked, rule, source.TakeInteger("line_number"u8), source.TakeInteger("step_number"u8));
    }

    public static void WriteData(OcsfWriter w, in Match match)
    {
        w.Object("data"u8);
        w.String("secret_masked"u8, match.Masked);
        w.String("rule_id"u8, match.Rule);
        w.Number("line_number"u8, match.Line);
        w.Number("step_number"u8, match.Step);
        w.EndObject();
    }

    /// <summary>Writes the log or artifact that holds the secret, classified as such.</summary>
    public static void WriteHolder(Finding finding, DetectionText uid, ReadOnlySpan<byte> name, ReadOnlySpan<byte> type, in Match match)
    {
        if (uid.IsEmpty && name.IsEmpty) return;
        var w = finding.BeginResource();
        w.String("uid"u8, uid);
        w.String("name"u8, name);
        w.String("type"u8, type);
        w.String("namespace"u8, finding.Repository);
        w.Raw("""
            "role_id":3,"role":"Affected"
            """u8);
        WriteClassification(w, match);
        finding.EndResource();
        finding.ClassifiesData = true;
    }

    private static void WriteClassification(OcsfWriter w, in Match match)
    {
        w.Array("data_classifications"u8);
        w.Object();
        w.Raw("""
            "category_id":6,"category":"Security","confidentiality_id":3,"confidentiality":"Secret"
            """u8);
        w.Object("classifier_details"u8);
        w.String("type"u8, "Secret scanning rule"u8);
        w.String("name"u8, match.Rule);
        w.EndObject();
        w.Array("discovery_details"u8);
        w.Object();
        w.String("type"u8, match.Rule);
        w.Number("count"u8, 1);
        if (match.Line is { } line)
        {
            w.Array("occurrences"u8);
            w.Object();
            w.Number("start_line"u8, line);
            w.EndObject();
            w.EndArray();
        }

        w.EndObject();
        w.EndArray();
        w.EndObject();
        w.EndArray();
    }

    private static int Cut(DetectionText text)
    {
        var end = LongestMask;
        while ((text.Span[end] & 0xC0) == 0x80) end--; // not inside a character
        return end;
    }
}
