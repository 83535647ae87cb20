using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Normalization.Evidence;

/// <summary>Evidence of processes on the runner: <c>process_events[]</c> of the payload.</summary>
internal static class ProcessEvidence
{
    /// <summary>What to read out of a command line beyond the process itself. Best effort: a wrong guess is worse than none.</summary>
    [Flags]
    public enum Guess
    {
        Nothing = 0,

        /// <summary>The host that the command connects to.</summary>
        Destination = 1,

        /// <summary>The image that the command starts.</summary>
        ContainerImage = 2,
    }

    /// <summary>Takes the process events and writes an evidence for each.</summary>
    public static void Write(Finding finding, Guess guess = Guess.Nothing)
    {
        foreach (var processEvent in finding.Source["process_events"u8]) WriteOne(finding, processEvent, guess);
    }

    private static void WriteOne(Finding finding, DetectionValue source, Guess guess)
    {
        // OCSF knows no process without an id: such an event stays in unmapped, whole.
        if (source.TakeInteger("pid"u8) is not { } pid) return;
        var arguments = source["arguments"u8];
        var exe = source.TakeText("exe"u8);
        var commandLine = CommandLine.Take(finding.Detection, arguments);
        var memory = MemoryAccess.Take(finding, source, pid, exe);
        if (finding.Detail.IsEmpty) finding.Detail = memory.Describe(finding.Detection, commandLine.IsEmpty ? exe : commandLine);
        finding.BeginEvidence("Process"u8);
        WriteProcess(finding, source, pid, exe, commandLine);
        if (!commandLine.IsEmpty && guess.HasFlag(Guess.Destination)) WriteDestination(finding, arguments);
        if (!commandLine.IsEmpty && guess.HasFlag(Guess.ContainerImage)) ContainerImage.Write(finding, arguments);
        memory.WriteAccess(finding);
        finding.EndEvidence();
        memory.WriteTarget(finding);
    }

    private static void WriteProcess(Finding finding, DetectionValue source, long pid, DetectionText exe, DetectionText commandLine)
    {
        var w = finding.Evidence;
        var name = FileEvidence.NameOf(exe);
        var isAbsolute = exe.Length > 1 && exe.Span[0] == '/' && !name.IsEmpty;
        if (name.IsEmpty) name = exe;
        w.Object("process"u8);
        w.Number("pid"u8, pid);
        w.String("name"u8, name);
        w.String("cmd_line"u8, commandLine);
        w.String("working_directory"u8, source.TakeText("working_directory"u8));
        if (source.TakeInteger("ppid"u8) is { } parent)
        {
            w.Object("parent_process"u8);
            w.Number("pid"u8, parent);
            w.EndObject();
        }

        if (isAbsolute) FileEvidence.Write(w, name, exe, FileEvidence.Executable);
        else if (name.Length != exe.Length) w.String("path"u8, exe);
        var timestamp = source["timestamp"u8];
        if (Timestamps.TryParse(timestamp.Text, out var timeMs))
        {
            w.Number("created_time"u8, timeMs);
            finding.Seen(timeMs);
            timestamp.Take();
        }

        w.EndObject();
        finding.Observe("process.name"u8, ObservableType.ProcessName, name);
        finding.Observe("process.cmd_line"u8, ObservableType.CommandLine, commandLine);
        finding.Observe("process.pid"u8, ObservableType.ProcessId, pid);
        if (isAbsolute) finding.Observe("process.file.path"u8, ObservableType.FilePath, exe);
    }

    private static void WriteDestination(Finding finding, DetectionValue arguments)
    {
        var destination = CommandDestination.Find(finding.Detection, arguments);
        if (destination.IsEmpty) return;
        NetworkEvidence.WriteDestination(finding, destination);
        NetworkEvidence.WriteOutbound(finding.Evidence);
    }
}
