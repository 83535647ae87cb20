using System.Runtime.InteropServices;

namespace StepExport.Kafka;

/// <summary>The allocator of the C library, in which librdkafka keeps a copy of every message until the brokers have it.</summary>
internal static partial class NativeHeap
{
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapThreshold = -3;
    private const int Megabyte = 1024 * 1024;

    /// <summary>Lets the allocator keep what a batch took for the next batch. By default it hands the memory back to the kernel and asks
    /// for it again, which measured one sixth of the sink's processor time. Where there is no such setting, nothing happens.</summary>
    public static void KeepBetweenBatches()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = SetOption(TrimThreshold, 64 * Megabyte);
            _ = SetOption(MmapThreshold, 32 * Megabyte);
            _ = SetOption(TopPad, 8 * Megabyte);
        }
        catch (EntryPointNotFoundException)
        {
            // Not glibc.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
