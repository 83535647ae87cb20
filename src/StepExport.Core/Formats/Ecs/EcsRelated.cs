using StepExport.Core.Ocsf;

namespace StepExport.Core.Formats.Ecs;

/// <summary><c>related</c>: every host, address and hash in the finding, of whatever evidence.</summary>
internal static class EcsRelated
{
    private const int Hostname = 1;
    private const int IpAddress = 2;
    private const int Hash = 8;

    public static void Write(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView finding)
    {
        var isOpen = false;
        foreach (var (type, _) in finding.Parts.Observables) isOpen |= type is Hostname or IpAddress or Hash;
        if (!isOpen) return;
        w.Object(name);
        WriteList(w, "hosts"u8, finding, Hostname);
        WriteList(w, "ip"u8, finding, IpAddress);
        WriteList(w, "hash"u8, finding, Hash);
        w.EndObject();
    }

    private static void WriteList(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView finding, int wanted)
    {
        var observables = finding.Parts.Observables;
        var isOpen = false;
        for (var i = 0; i < observables.Count; i++)
        {
            if (observables[i].Type != wanted || IsKnown(finding, i)) continue;
            if (!isOpen) w.Array(name);
            isOpen = true;
            w.Raw(finding.Json(observables[i].Value));
        }

        if (isOpen) w.EndArray();
    }

    private static bool IsKnown(in FindingView finding, int index)
    {
        var observables = finding.Parts.Observables;
        var value = finding.Json(observables[index].Value);
        for (var i = 0; i < index; i++)
        {
            if (observables[i].Type == observables[index].Type && finding.Json(observables[i].Value).SequenceEqual(value)) return true;
        }

        return false;
    }
}
