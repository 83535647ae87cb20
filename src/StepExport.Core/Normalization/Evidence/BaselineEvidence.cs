using StepExport.Core.Model;

namespace StepExport.Core.Normalization.Evidence;

/// <summary>The endpoint against what the job used to call: OCSF <c>anomaly_analyses</c>.</summary>
internal static class BaselineEvidence
{
    /// <summary>Takes the expected endpoints and writes the comparison.</summary>
    public static void Write(Finding finding, DetectionText endpoint, DetectionValue expected)
    {
        var w = finding.Extra;
        w.Array("anomaly_analyses"u8);
        w.Object();
        w.Array("analysis_targets"u8);
        w.Object();
        w.String("name"u8, !finding.Job.IsEmpty ? finding.Job.Span : "outbound calls of the job"u8);
        w.String("type"u8, "Workflow Job"u8);
        w.EndObject();
        w.EndArray();
        w.Array("anomalies"u8);
        w.Object();
        w.Raw("""
            "observation_parameter":"outbound endpoint","observed_pattern":"UNSEEN"
            """u8);
        w.Array("observations"u8);
        WriteObservation(finding, endpoint);
        w.EndArray();
        w.EndObject();
        w.EndArray();
        if (IsBaseline(expected)) WriteBaseline(finding, expected);
        w.EndObject();
        w.EndArray();
    }

    private static void WriteBaseline(Finding finding, DetectionValue expected)
    {
        expected.Take();
        var w = finding.Extra;
        w.Array("baselines"u8);
        w.Object();
        w.String("observation_parameter"u8, "outbound endpoint"u8);
        w.Array("observations"u8);
        foreach (var known in expected) WriteObservation(finding, known.Text);
        w.EndArray();
        w.EndObject();
        w.EndArray();
    }

    private static void WriteObservation(Finding finding, DetectionText endpoint)
    {
        finding.Extra.Object();
        finding.Extra.String("value"u8, endpoint);
        finding.Extra.EndObject();
    }

    private static bool IsBaseline(DetectionValue expected)
    {
        foreach (var known in expected)
        {
            if (known.Text.IsEmpty) return false;
        }

        return expected.IsArray && expected.Count > 0;
    }
}
