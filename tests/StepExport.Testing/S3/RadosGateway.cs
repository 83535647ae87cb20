using Amazon.S3;

namespace StepExport.Testing.S3;

/// <summary>A real S3 server: Ceph's gateway from Debian's packages (<c>ceph-mon ceph-osd radosgw ceph-common</c>), with its store in
/// memory. One serves all tests of a process; it ends with the process, however that ends.</summary>
internal sealed class RadosGateway : IDisposable
{
    public const string AccessKey = "STEPEXPORT";
    public const string SecretKey = "only-for-tests-0123456789";

    /// <summary>What a test says when it is skipped.</summary>
    public const string Missing = "needs Ceph's gateway: apt-get install --no-install-recommends ceph-mon ceph-osd radosgw ceph-common";

    private const int Attempts = 3;
    private static readonly Lazy<Task<RadosGateway>> Instance = new(() => Task.Run(StartAsync));
    private static int _buckets;

    private readonly CephDaemons _daemons;

    private RadosGateway(CephDaemons daemons, string endpoint)
    {
        (_daemons, Endpoint) = (daemons, endpoint);
        Client = S3Bucket.Connect(endpoint, AccessKey, SecretKey);
    }

    /// <summary>Whether the packages are there.</summary>
    public static bool IsInstalled { get; } = Array.TrueForAll(
        ["ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "ceph", "monmaptool"],
        tool => File.Exists(Path.Combine("/usr/bin", tool)));

    /// <summary>What to write under <c>endpoint</c>; with <c>pathStyle: true</c>.</summary>
    public string Endpoint { get; }

    /// <summary>A client that sees everything.</summary>
    public IAmazonS3 Client { get; }

    /// <summary>The process's gateway, started by the first who asks.</summary>
    public static Task<RadosGateway> SharedAsync() => Instance.Value;

    /// <summary>A new, empty bucket.</summary>
    public async Task<S3Bucket> NewBucketAsync()
    {
        var bucket = new S3Bucket(Client, Endpoint, FormattableString.Invariant($"bucket-{Environment.ProcessId}-{Interlocked.Increment(ref _buckets)}"));
        await bucket.CreateAsync();
        return bucket;
    }

    public void Dispose()
    {
        Client.Dispose();
        _daemons.Dispose();
    }

    private static async Task<RadosGateway> StartAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            var ceph = new CephDaemons();
            try
            {
                return await StartAsync(ceph);
            }
            catch (Exception e) when (attempt < Attempts && (e is OperationCanceledException or InvalidOperationException))
            {
                // Its ports were free a moment ago; another test may have been faster.
                ceph.Dispose();
            }
            catch
            {
                ceph.Dispose();
                throw;
            }
        }
    }

    private static async Task<RadosGateway> StartAsync(CephDaemons ceph)
    {
        using var tooLong = new CancellationTokenSource(Hangs.After / 2);
        await ceph.StartMonitorAsync(tooLong.Token);
        await ceph.StartStorageAsync(tooLong.Token);
        var port = await ceph.StartGatewayAsync(AccessKey, SecretKey, tooLong.Token);
        return new(ceph, FormattableString.Invariant($"http://127.0.0.1:{port}"));
    }
}
