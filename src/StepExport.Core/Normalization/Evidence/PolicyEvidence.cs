using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Evidence;

/// <summary>Evidence of a run that a policy stopped: the list of what was not allowed, and the workflow file that asks for it.</summary>
internal static class PolicyEvidence
{
    /// <summary>Takes the list and writes one resource per item.</summary>
    /// <param name="finding">The finding in the making.</param>
    /// <param name="list">Name of the array in the payload, kept as the name inside <c>evidences[].data</c>.</param>
    /// <param name="itemType">What an item is, as a fragment <c>"type":"…"</c>.</param>
    public static void WriteList(Finding finding, ReadOnlySpan<byte> list, ReadOnlySpan<byte> itemType)
    {
        var items = finding.Source[list];
        if (!IsList(items)) items = default;
        if (!items.Exists && finding.WorkflowPath.IsEmpty) return;
        var w = finding.BeginEvidence(finding.Compiled.PolicyName);
        if (items.Exists) WriteItems(finding, items, list, itemType);
        WriteWorkflow(finding);
        finding.EndEvidence();
    }

    /// <summary>Writes the workflow file into the open evidence.</summary>
    public static void WriteWorkflow(Finding finding)
    {
        if (finding.WorkflowPath.IsEmpty) return;
        FileEvidence.Write(finding.Evidence, default, finding.WorkflowPath, FileEvidence.Regular);
        if (finding.WorkflowPath.Span.Contains((byte)'/'))
            finding.Observe("file.path"u8, ObservableType.FilePath, finding.WorkflowPath);
    }

    private static void WriteItems(Finding finding, DetectionValue items, ReadOnlySpan<byte> list, ReadOnlySpan<byte> itemType)
    {
        items.Take();
        var w = finding.Evidence;
        w.Object("data"u8);
        w.Name(list);
        Rest.WriteWhole(w, finding.Detection, items);
        w.EndObject();
        w.Array("resources"u8);
        var index = 0;
        foreach (var item in items)
        {
            var at = item.Text.Span.IndexOf((byte)'@');
            w.Object();
            w.String("uid"u8, item.Text);
            w.String("name"u8, at > 0 ? item.Text.Slice(0, at) : item.Text);
            if (at > 0) w.String("version"u8, item.Text.Slice(at + 1));
            w.Raw(itemType);
            w.Raw("""
                "role_id":1,"role":"Target"
                """u8);
            w.EndObject();
            finding.ObserveEvidenceResource(index++, item.Text);
        }

        w.EndArray();
        finding.Detail = Join(finding.Detection, items);
    }

    private static bool IsList(DetectionValue items)
    {
        foreach (var item in items)
        {
            if (item.Text.IsEmpty) return false;
        }

        return items.IsArray && items.Count > 0;
    }

    private static DetectionText Join(Detection detection, DetectionValue items)
    {
        detection.Begin();
        var first = true;
        foreach (var item in items)
        {
            if (!first) detection.Append(", "u8);
            first = false;
            detection.Append(item.Text);
        }

        return detection.End();
    }
}
