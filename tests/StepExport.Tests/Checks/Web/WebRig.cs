using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StepExport.Admin;
using StepExport.Checks;
using StepExport.Checks.Web;
using StepExport.Configuration;
using StepExport.Core.Checks;
using StepExport.Testing;
using StepExport.Testing.Checks;
using StepExport.Tests.Admin;

namespace StepExport.Tests.Checks.Web;

/// <summary>The admin listener with the pages of the checks, on a real port.</summary>
internal sealed class WebRig : IAsyncDisposable
{
    public const string OctoToken = "token-of-octo-0123456789";
    public const string VictorToken = "token-of-victor-0123456789";

    private readonly TemporaryFolder _folder = new();
    private readonly CheckRig _checks;
    private readonly ChecksWeb _web;
    private readonly AdminServer _server;

    private WebRig(CheckRig checks, ChecksWeb web, AdminServer server, TemporaryFolder folder, FakeTimeProvider time) =>
        (_checks, _web, _server, _folder, Time) = (checks, web, server, folder, time);

    public CheckStore Store => _checks.Store;

    /// <summary>Of the checks; sessions have another clock.</summary>
    public FakeTimeProvider StoreTime => _checks.Time;

    /// <summary>Of the sessions. It begins with the real time: identity providers know no other.</summary>
    public FakeTimeProvider Time { get; }

    public Uri Address => _server.Address;

    public string KeyFolder => _folder.File("checks-keys");

    /// <summary>Holds the token of victor, who may not approve.</summary>
    public string VictorFile => _folder.File("victor");

    /// <param name="change">Changes the configuration: octo and cora may approve, octo and victor have tokens.</param>
    /// <param name="logger">Hears what is logged.</param>
    public static async Task<WebRig> StartAsync(Func<ChecksConfig, ChecksConfig>? change = null, ILoggerFactory? logger = null)
    {
        var folder = new TemporaryFolder();
        folder.Write("victor", VictorToken);
        var config = new ChecksConfig
        {
            Approvers = new() { Logins = ["octo", "cora"], Groups = ["sec"] },
            SignIn = new()
            {
                Operators = new Dictionary<string, OperatorConfig>
                {
                    ["octo"] = new() { Token = new(OctoToken) },
                    ["vic"] = new() { Token = new($"${{file:{folder.File("victor")}}}"), Login = "victor" },
                },
            },
        };
        if (change is not null) config = change(config);
        var checks = new CheckRig();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var approvals = new Approvals(checks.Store, config.Approvers, null, hasGitHub: false, NullLogger<Approvals>.Instance);
        var operators = new Operators(config.SignIn.Operators, time, NullLogger<Operators>.Instance);
        var web = new ChecksWeb(checks.Store, approvals, operators, config, folder.File("checks-keys"), time, logger ?? NullLoggerFactory.Instance);
        var server = await AdminServer.StartAsync(new() { Listen = "127.0.0.1:0" }, new SampleStatus().Status, new() { ChecksPages = web }, TestContext.Current.CancellationToken);
        return new(checks, web, server!, folder, time);
    }

    /// <summary>Somebody with a browser of his own.</summary>
    public Visitor Visit() => new(Address);

    /// <summary>Somebody who is signed in.</summary>
    public async Task<Visitor> SignInAsync(string token = OctoToken)
    {
        var visitor = Visit();
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.SignInAsync(token)).Status);
        return visitor;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _web.DisposeAsync();
        _checks.Dispose();
        _folder.Dispose();
    }
}
