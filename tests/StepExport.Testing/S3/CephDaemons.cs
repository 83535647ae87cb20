using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace StepExport.Testing.S3;

/// <summary>The smallest Ceph there is: one monitor, one storage daemon with its store in memory, one gateway, in a folder of their own.</summary>
internal sealed class CephDaemons : IDisposable
{
    /// <summary>Runs a daemon until its own standard input ends, which happens at the latest when this process ends, be it killed.</summary>
    private const string Watchdog =
        """folder=$1; shift; exec 3<&0 </dev/null >/dev/null 2>&1; "$@" 3<&- >>"$folder/daemons.log" 2>&1 & daemon=$!; cat <&3; kill -9 $daemon; wait $daemon; rm -rf "$folder" """;

    /// <summary>Ceph's tools wait for a monitor for ever, even when the test that wanted it is gone.</summary>
    private const string CommandSeconds = "20";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly string _folder = Directory.CreateTempSubdirectory("stepexport-ceph-").FullName;
    private readonly List<Process> _watchdogs = [];
    private readonly int _monitorPort = FreePort();
    private readonly int _gatewayPort = FreePort();
    private readonly Guid _cluster = Guid.NewGuid();

    private string Configuration => Path.Combine(_folder, "ceph.conf");

    public async Task StartMonitorAsync(CancellationToken cancellationToken)
    {
        foreach (var name in (string[])["mon", "osd", "rgw"]) Directory.CreateDirectory(Path.Combine(_folder, name));
        await File.WriteAllTextAsync(Configuration, Settings(), cancellationToken);
        var map = Path.Combine(_folder, "monmap");
        await RunAsync(cancellationToken, "monmaptool", "--create", "--addv", "a", $"v1:127.0.0.1:{_monitorPort}", "--fsid", $"{_cluster}", map);
        await RunAsync(cancellationToken, "ceph-mon", "-c", Configuration, "-i", "a", "--mkfs", "--monmap", map);
        StartDaemon("ceph-mon", "-f", "-c", Configuration, "-i", "a");
        await UntilAsync(() => TryAsync(cancellationToken, "ceph", "-c", Configuration, "-s"), cancellationToken);
    }

    public async Task StartStorageAsync(CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid();
        await RunAsync(cancellationToken, "ceph", "-c", Configuration, "osd", "new", $"{id}");
        await RunAsync(cancellationToken, "ceph-osd", "-c", Configuration, "-i", "0", "--mkfs", "--osd-uuid", $"{id}");
        await RunAsync(cancellationToken, "ceph", "-c", Configuration, "osd", "crush", "add", "osd.0", "1", "root=default", "host=localhost");
        StartDaemon("ceph-osd", "-f", "-c", Configuration, "-i", "0");
        await UntilAsync(
            async () => (await OutputAsync(cancellationToken, "ceph", "-c", Configuration, "osd", "stat")).Output.Contains("1 up", StringComparison.Ordinal),
            cancellationToken);
    }

    /// <returns>The gateway's port.</returns>
    public async Task<int> StartGatewayAsync(string accessKey, string secretKey, CancellationToken cancellationToken)
    {
        StartDaemon("radosgw", "-f", "-c", Configuration, "-n", "client.rgw");
        await UntilAsync(() => AnswersAsync(cancellationToken), cancellationToken);
        await RunAsync(
            cancellationToken,
            "radosgw-admin", "-c", Configuration, "-n", "client.rgw", "user", "create", "--uid=test", "--display-name=test", $"--access-key={accessKey}", $"--secret-key={secretKey}");
        return _gatewayPort;
    }

    public void Dispose()
    {
        foreach (var watchdog in _watchdogs)
        {
            watchdog.StandardInput.Close();
            watchdog.WaitForExit();
            watchdog.Dispose();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        while (!await condition()) await Task.Delay(Pause, cancellationToken);
    }

    private static async Task<bool> TryAsync(CancellationToken cancellationToken, params string[] command) =>
        (await OutputAsync(cancellationToken, command)).ExitCode == 0;

    private static async Task RunAsync(CancellationToken cancellationToken, params string[] command)
    {
        var (exitCode, output) = await OutputAsync(cancellationToken, command);
        if (exitCode != 0) throw new InvalidOperationException($"{string.Join(' ', command)}: {output}");
    }

    private static async Task<(int ExitCode, string Output)> OutputAsync(CancellationToken cancellationToken, params string[] command)
    {
        var start = new ProcessStartInfo("timeout", [CommandSeconds, .. command]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, output + await error);
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, _gatewayPort, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void StartDaemon(params string[] command) => _watchdogs.Add(Process.Start(
        new ProcessStartInfo("sh", ["-c", Watchdog, "watchdog", _folder, .. command]) { RedirectStandardInput = true })!);

    private string Settings() => string.Create(CultureInfo.InvariantCulture, $$"""
        [global]
        fsid = {{_cluster}}
        mon_host = v1:127.0.0.1:{{_monitorPort}}
        mon_initial_members = a
        public_addr = 127.0.0.1
        cluster_addr = 127.0.0.1
        ms_bind_msgr2 = false
        auth_cluster_required = none
        auth_service_required = none
        auth_client_required = none
        mon_allow_pool_size_one = true
        mon_max_pg_per_osd = 1000
        osd_pool_default_size = 1
        osd_pool_default_min_size = 1
        osd_pool_default_pg_num = 8
        osd_pool_default_pgp_num = 8
        osd_pool_default_pg_autoscale_mode = off
        osd_crush_chooseleaf_type = 0
        osd_objectstore = memstore
        memstore_device_bytes = 2147483648
        run_dir = {{_folder}}
        admin_socket = {{_folder}}/$name.asok
        pid_file = {{_folder}}/$name.pid
        log_file = {{_folder}}/$name.log
        [mon.a]
        mon_data = {{_folder}}/mon
        [osd.0]
        osd_data = {{_folder}}/osd
        [client.rgw]
        rgw_data = {{_folder}}/rgw
        rgw_frontends = beast endpoint=127.0.0.1:{{_gatewayPort}}
        rgw_enable_usage_log = false
        rgw_enable_ops_log = false

        """);
}
