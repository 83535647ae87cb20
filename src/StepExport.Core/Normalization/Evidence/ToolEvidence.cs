using System.Buffers;
using StepExport.Core.Model;

namespace StepExport.Core.Normalization.Evidence;

/// <summary>The program behind a detection in API-shaped records: <c>tool {name, sha256, parent}</c>. It has no process id, so it
/// is a file with a hash, not a process.</summary>
internal readonly struct ToolEvidence
{
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    private DetectionText Name { get; init; }

    private DetectionText Sha256 { get; init; }

    private DetectionValue Parent { get; init; }

    public bool IsEmpty => Name.IsEmpty;

    /// <summary>Takes the payload's tool, if it has a name.</summary>
    public static ToolEvidence Take(Finding finding)
    {
        var tool = finding.Source["tool"u8];
        var name = tool.TakeText("name"u8);
        if (name.IsEmpty) return default;
        var parent = tool["parent"u8];
        if (!parent.IsObject || parent.Count == 0) parent = default;
        parent.Take();
        var sha256 = tool["sha256"u8];
        var isHash = sha256.Text.Length == 64 && !sha256.Text.Span.ContainsAnyExcept(HexDigits);
        if (isHash) sha256.Take();
        return new ToolEvidence { Name = name, Sha256 = isHash ? sha256.Text : default, Parent = parent };
    }

    /// <summary>Takes <c>direct_ip_address</c>, the address that was called without a name, when it is one.</summary>
    public static DetectionText TakeDirectIp(Finding finding)
    {
        var address = finding.Source["direct_ip_address"u8];
        if (!Endpoint.IsIp(address.Text)) return default;
        address.Take();
        return address.Text;
    }

    /// <summary>Writes what API-shaped records of any type may carry and the type's mapper has left.</summary>
    public static void WriteLeftOver(Finding finding)
    {
        var tool = Take(finding);
        var ip = TakeDirectIp(finding);
        if (tool.IsEmpty && ip.IsEmpty) return;
        var w = finding.BeginEvidence("Tool"u8);
        if (!ip.IsEmpty)
        {
            NetworkEvidence.WriteOutbound(w);
            NetworkEvidence.WriteDestination(finding, default(Endpoint).WithIp(ip));
        }

        tool.Write(finding);
        finding.EndEvidence();
    }

    /// <summary>Writes the tool into the open evidence.</summary>
    public void Write(Finding finding)
    {
        if (IsEmpty) return;
        var w = finding.Evidence;
        FileEvidence.Write(finding, Name, FileEvidence.Executable, Sha256);
        if (!Parent.Exists) return;
        w.Object("data"u8);
        w.Name("tool_parent"u8);
        Rest.WriteWhole(w, finding.Detection, Parent);
        w.EndObject();
    }
}
