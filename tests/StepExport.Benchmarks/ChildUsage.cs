using System.Runtime.InteropServices;

namespace StepExport.Benchmarks;

/// <summary>CPU time of the child processes that have ended, from <c>getrusage(RUSAGE_CHILDREN)</c>.</summary>
internal readonly record struct ChildUsage(TimeSpan User, TimeSpan System)
{
    private const int Children = -1;

    public static ChildUsage Now()
    {
        var usage = default(RUsage);
        return getrusage(Children, ref usage) == 0
            ? new(Span(usage.UserSeconds, usage.UserMicroseconds), Span(usage.SystemSeconds, usage.SystemMicroseconds))
            : throw new IOException($"getrusage failed: errno {Marshal.GetLastPInvokeError()}");
    }

    private static TimeSpan Span(long seconds, long microseconds) =>
        TimeSpan.FromSeconds(seconds) + TimeSpan.FromMicroseconds(microseconds);

    [DllImport("libc", SetLastError = true)]
    private static extern int getrusage(int who, ref RUsage usage);

    /// <summary>The head of <c>struct rusage</c> on 64-bit Linux, padded to its full size.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 144)]
    private struct RUsage
    {
        public long UserSeconds, UserMicroseconds, SystemSeconds, SystemMicroseconds;
    }
}
