using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace StepExport.Testing.GitHub;

/// <summary>GitHub over real HTTP on 127.0.0.1: the REST API for a GitHub App, its web hooks, and the page of a pull request; able to fail.</summary>
internal sealed partial class FakeGitHub : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<FakeGitHubRequest> _requests = [];
    private readonly List<FakeGitHubFault> _faults = [];
    private readonly FakeGitHubStore _store = new();
    private readonly GitHubHooks _hooks = new();
    private readonly TimeProvider _time;
    private readonly FakeApp _app;
    private readonly RateLimits _limits;
    private readonly GitHubApi _api;
    private readonly GitHubPayloads _payloads;

    /// <summary>Bound, but never listening: while the server is down its port stays its own, and connecting to it is refused.</summary>
    private readonly Socket _port = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private WebApplication? _web;
    private int _active;

    private FakeGitHub(TimeProvider time)
    {
        (_time, _app, _limits, _payloads) = (time, new(time), new(time), new(_store));
        _api = new(_app, _store, _limits, time);
        _port.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Address = FormattableString.Invariant($"http://127.0.0.1:{((IPEndPoint)_port.LocalEndPoint!).Port}");
    }

    /// <summary>Of the API and of the pages.</summary>
    public string Address { get; }

    public string AppId { get; } = FormattableString.Invariant($"{FakeApp.Id}");

    /// <summary>What stands in a JSON web token instead of <see cref="AppId"/> these days.</summary>
    public const string ClientId = FakeApp.ClientId;

    public string PrivateKeyPem => _app.PrivateKeyPem;

    /// <summary>The check that the main branch demands, on the page of a pull request.</summary>
    public string RequiredCheck { get; set; } = "Harden-Runner";

    /// <summary>Decides about each request to the API; null = the true answer.</summary>
    public Func<FakeGitHubRequest, FakeGitHubFault?> Fault { get; set; } = _ => null;

    /// <summary>Whether <c>commits/{sha}/pulls</c> knows the commits of forks; reports differ on whether GitHub's does.</summary>
    public bool ForkPullsByCommit { get => _api.ForkPullsByCommit; set => _api.ForkPullsByCommit = value; }

    /// <summary>The faults that were played.</summary>
    public IReadOnlyList<FakeGitHubFault> Faults
    {
        get { lock (_lock) return [.. _faults]; }
    }

    /// <summary>Requests to the API, none to pages.</summary>
    public IReadOnlyList<FakeGitHubRequest> Requests
    {
        get { lock (_lock) return [.. _requests]; }
    }

    /// <summary>Most requests to the API that were under way at the same time.</summary>
    public int Peak { get; private set; }

    public IReadOnlyList<FakeCheckRun> CheckRuns
    {
        get { lock (_store.Lock) return [.. _store.CheckRuns]; }
    }

    public static async Task<FakeGitHub> StartAsync(TimeProvider? time = null)
    {
        var server = new FakeGitHub(time ?? TimeProvider.System);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Down: connecting is refused. Everything is kept.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _web, null) is { } web) await web.EndAsync();
    }

    /// <summary>Up again at the same address.</summary>
    public async Task StartAgainAsync()
    {
        _web = LoopbackWeb.Create(port: ((IPEndPoint)_port.LocalEndPoint!).Port);
        _web.Run(HandleAsync);
        await _web.StartAsync();
    }

    /// <summary>The old private key is worth nothing any more.</summary>
    public void RotateKey() => _app.RotateKey();

    /// <summary>No token that was given is good any more.</summary>
    public void RevokeTokens() => _app.RevokeTokens();

    /// <summary>From now on so many requests are left; at 0 they are answered 403 until the reset.</summary>
    public void RateLimit(int remaining, DateTimeOffset reset) => _limits.Primary(remaining, reset);

    /// <summary>The next requests are answered with <paramref name="status"/> (403 or 429) and <c>Retry-After</c>.</summary>
    public void SecondaryLimit(int status, TimeSpan retryAfter, int times = 1) => _limits.Secondary(status, retryAfter, times);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _port.Dispose();
        _hooks.Dispose();
        _app.Dispose();
    }
}
