using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using StepExport.Testing.GitHub;

namespace StepExport.Tests.Testing.GitHub;

/// <summary>Talks to the double in bare HTTP, with tokens made by hand: nothing of the program takes part.</summary>
internal sealed class GitHubConversation : IAsyncDisposable
{
    public const string Sha = "0123456789abcdef0123456789abcdef01234567";
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    private GitHubConversation(FakeGitHub gitHub, FakeTimeProvider time) => (GitHub, Time) = (gitHub, time);

    public FakeGitHub GitHub { get; }

    public FakeTimeProvider Time { get; }

    public static async Task<GitHubConversation> StartAsync()
    {
        var time = new FakeTimeProvider(new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
        var gitHub = await FakeGitHub.StartAsync(time);
        gitHub.AddRun("acme/api", 123, Sha, actor: "jane", pullRequest: 7, author: "mallory");
        return new(gitHub, time);
    }

    public string Jwt(string? iss = null, int iat = -60, int exp = 540, string alg = "RS256", string? pem = null)
    {
        var now = Time.GetUtcNow().ToUnixTimeSeconds();
        var signed = $"{Encode(new { alg, typ = "JWT" })}.{Encode(new { iat = now + iat, exp = now + exp, iss = iss ?? GitHub.AppId })}";
        var bytes = Encoding.ASCII.GetBytes(signed);
        var key = pem ?? GitHub.PrivateKeyPem;
        if (alg == "none") return $"{signed}.";
        if (alg == "HS256") return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.ASCII.GetBytes(key), bytes))}";
        using var rsa = RSA.Create();
        rsa.ImportFromPem(key);
        return $"{signed}.{Base64Url.EncodeToString(rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    public async Task<string> TokenAsync()
    {
        var (_, found) = await AskAsync("GET", "/repos/acme/api/installation", Jwt());
        var (_, issued) = await AskAsync("POST", $"/app/installations/{found.GetProperty("id").GetInt64()}/access_tokens", Jwt());
        return issued.GetProperty("token").GetString()!;
    }

    public async Task<(int Status, JsonElement Body)> AskAsync(string method, string path, string token, object? body = null)
    {
        using var response = await SendAsync(method, path, token, body);
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement);
    }

    public async Task<HttpResponseMessage> SendAsync(string method, string path, string token, object? body = null)
    {
        using var request = new HttpRequestMessage(new(method), GitHub.Address + path);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("test", "1"));
        request.Headers.Authorization = new("Bearer", token);
        if (body is not null) request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        return await _http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<HttpResponseMessage> PostFormAsync(string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        return await _http.PostAsync(new Uri(GitHub.Address + path), form, TestContext.Current.CancellationToken);
    }

    public Task<string> ReadAsync(string address) => _http.GetStringAsync(new Uri(address), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await GitHub.DisposeAsync();
    }

    private static string Encode(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
