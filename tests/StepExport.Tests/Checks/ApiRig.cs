using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Admin;
using StepExport.Checks;
using StepExport.Configuration;
using StepExport.Core.Checks;
using StepExport.Testing;
using StepExport.Testing.Checks;
using StepExport.Tests.Admin;

namespace StepExport.Tests.Checks;

/// <summary>The real admin listener over a real store: anna may approve, ben is an operator who may not.</summary>
internal sealed class ApiRig : IAsyncDisposable
{
    public const string Admin = "the-admin-token";
    public const string Anna = "annas-token";
    public const string Ben = "bens-token";

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });
    private AdminServer? _server;

    public CheckRig Checks { get; } = new();

    public LogLines Log { get; } = new();

    public CheckStore Store => Checks.Store;

    public Uri Address => _server!.Address;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <param name="adminToken">Null: everybody who reaches the listener may look.</param>
    /// <param name="hasGitHub">Whether authors are known from there.</param>
    public static async Task<ApiRig> StartAsync(string? adminToken = Admin, bool hasGitHub = false)
    {
        var rig = new ApiRig();
        var people = new Dictionary<string, OperatorConfig>
        {
            ["anna"] = new() { Token = new(Anna), Login = "anna-at-github" },
            ["ben"] = new() { Token = new(Ben) },
        };
        var approvals = new Approvals(rig.Store, new() { Logins = ["anna-at-github"] }, null, hasGitHub, rig.Log.CreateLogger<Approvals>());
        var api = new ChecksApi(rig.Store, approvals, new(people, rig.Checks.Time, NullLogger<Operators>.Instance));
        rig._server = await AdminServer.StartAsync(
            new() { Listen = "127.0.0.1:0", Token = adminToken is null ? null : new(adminToken) }, new SampleStatus().Status, new() { ChecksApi = api }, Stop);
        return rig;
    }

    /// <summary>From now on the store cannot be read.</summary>
    public static void Damage(CheckRig rig)
    {
        using var other = new SqliteConnection($"Data Source={rig.Settings.Path};Pooling=False");
        other.Open();
        using var damage = other.CreateCommand();
        damage.CommandText = "ALTER TABLE checks RENAME TO gone";
        damage.ExecuteNonQuery();
    }

    public async Task<(HttpStatusCode Status, JsonNode? Body)> GetAsync(string path, string? token = Admin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, path));
        return await SendAsync(request, token);
    }

    public Task<(HttpStatusCode Status, JsonNode? Body)> ApproveAsync(CheckKey key, int revision, string? token = Anna, string? comment = null) =>
        PostAsync($"/api/checks/{key}/approve", new JsonObject { ["revision"] = revision, ["comment"] = comment }.ToJsonString(), token);

    public async Task<(HttpStatusCode Status, JsonNode? Body)> PostAsync(string path, string body, string? token = Anna, bool header = true, string? cookie = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (header) request.Headers.Add(ReloadPage.Header, "approve");
        if (cookie is not null) request.Headers.Add("Cookie", cookie);
        return await SendAsync(request, token);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        Checks.Dispose();
    }

    private async Task<(HttpStatusCode Status, JsonNode? Body)> SendAsync(HttpRequestMessage request, string? token)
    {
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await _client.SendAsync(request, Stop);
        var body = await response.Content.ReadAsStringAsync(Stop);
        return (response.StatusCode, response.Content.Headers.ContentType?.MediaType == "application/json" ? JsonNode.Parse(body) : JsonValue.Create(body));
    }
}
