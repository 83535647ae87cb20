using System.Diagnostics;

namespace StepExport.Testing.Delivery;

/// <summary>A real file system of a few KB (a tmpfs in a mount namespace of its own), for real "no space left on device".</summary>
internal sealed class TinyDisk : IDisposable
{
    private readonly Process _holder;

    private TinyDisk(Process holder, string path) => (_holder, Path) = (holder, path);

    public string Path { get; }

    /// <returns>Null, with the reason, where the system does not allow it.</returns>
    public static TinyDisk? TryMount(int kilobytes, out string reason)
    {
        reason = "needs Linux";
        if (!OperatingSystem.IsLinux()) return null;
        var start = new ProcessStartInfo("unshare")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "--user", "--map-root-user", "--mount", "sh", "-c", $"mount -t tmpfs -o size={kilobytes}k none /mnt && echo mounted $$ && exec cat" },
        };
        try
        {
            var holder = Process.Start(start)!;
            var answer = holder.StandardOutput.ReadLine()?.Split(' ');
            if (answer is ["mounted", var process] && Directory.Exists($"/proc/{process}/root/mnt")) return new(holder, $"/proc/{process}/root/mnt");
            holder.StandardInput.Close();
            reason = $"no mount namespace for this user: {holder.StandardError.ReadToEnd().Trim()}";
            holder.Dispose();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            reason = $"unshare: {e.Message}";
        }

        return null;
    }

    public void Dispose()
    {
        _holder.StandardInput.Close();
        _holder.WaitForExit();
        _holder.Dispose();
    }
}
