using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Evidence;

/// <summary>What the agent's kernel guard saw of a process: <c>armour_event_process</c>, the access to another process's memory.</summary>
internal readonly struct MemoryAccess
{
    private DetectionText Kind { get; init; }

    private DetectionText File { get; init; }

    private bool? IsWrite { get; init; }

    private bool? Enforced { get; init; }

    private long? TargetPid { get; init; }

    private DetectionText TargetName { get; init; }

    private bool HasData => !Kind.IsEmpty || IsWrite is not null || Enforced is not null;

    /// <summary>Takes the guard's event; what merely repeats the process event is taken too.</summary>
    public static MemoryAccess Take(Finding finding, DetectionValue processEvent, long pid, DetectionText exe)
    {
        var armour = processEvent["armour_event_process"u8];
        if (!armour.IsObject) return default;
        var enforced = armour.TakeFlag("enforced_protection"u8);
        if (enforced is true) finding.Denied = true;
        var timestamp = armour["timestamp"u8];
        if (Timestamps.TryParse(timestamp.Text, out var timeMs))
        {
            timestamp.Take();
            finding.Seen(timeMs);
        }

        var info = armour["file_info"u8];
        info.TakeInteger("current_pid"u8, pid, pid);
        info.TakeIfEqual("current_exe"u8, exe);
        var targetPid = info.TakeInteger("target_pid"u8);
        return new MemoryAccess
        {
            Kind = armour.TakeText("armour_event_kind"u8),
            Enforced = enforced,
            File = info.TakeText("target_file"u8),
            IsWrite = info.TakeFlag("is_write"u8),
            TargetPid = targetPid,
            TargetName = targetPid is null ? default : info.TakeText("target_exe"u8),
        };
    }

    /// <summary>Who did it, and to what if that is known.</summary>
    public DetectionText Describe(Detection detection, DetectionText process)
    {
        if (File.IsEmpty || process.IsEmpty) return process;
        detection.Begin().Append(process).Append(IsWrite is true ? " wrote "u8 : " read "u8).Append(File);
        if (!TargetName.IsEmpty) detection.Append(" of "u8).Append(TargetName);
        return detection.End();
    }

    /// <summary>Writes file and circumstances into the evidence of the process that did it.</summary>
    public void WriteAccess(Finding finding)
    {
        var w = finding.Evidence;
        if (!File.IsEmpty) FileEvidence.Write(finding, File, FileEvidence.Regular);
        if (!HasData) return;
        w.Object("data"u8);
        w.String("armour_event_kind"u8, Kind);
        w.Flag("is_write"u8, IsWrite);
        w.Flag("enforced_protection"u8, Enforced);
        w.EndObject();
    }

    /// <summary>Writes the evidence of the process that it was done to.</summary>
    public void WriteTarget(Finding finding)
    {
        if (TargetPid is not { } pid) return;
        var w = finding.BeginEvidence("Target process"u8);
        w.Object("process"u8);
        w.Number("pid"u8, pid);
        w.String("name"u8, TargetName);
        w.EndObject();
        finding.Observe("process.name"u8, ObservableType.ProcessName, TargetName);
        finding.EndEvidence();
    }
}
