namespace StepExport.Core.Normalization.Evidence;

/// <summary>Evidence of types that nobody outside the vendor has described: every value that is special to the type, as it came.</summary>
internal static class DataEvidence
{
    public static void Write(Finding finding, ReadOnlySpan<byte> name)
    {
        ToolEvidence.WriteLeftOver(finding);
        var isOpen = false;
        foreach (var member in finding.Source)
        {
            if (member.IsUsedUp || member.Name.IsEmpty) continue;
            if (!isOpen) finding.BeginEvidence(name).Object("data"u8);
            isOpen = true;
            finding.Evidence.Name(member.Name);
            Rest.WriteWhole(finding.Evidence, finding.Detection, member);
            member.Take();
        }

        if (!isOpen) return;
        finding.Evidence.EndObject();
        finding.EndEvidence();
    }
}
