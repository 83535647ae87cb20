using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace StepExport.Testing.GitHub;

/// <summary>Sends web hooks as GitHub does. Thread-safe.</summary>
internal sealed class GitHubHooks : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Lock _lock = new();
    private readonly List<FakeDelivery> _deliveries = [];

    /// <summary>Where they go; null = nowhere.</summary>
    public string? Url { get; set; }

    public string Secret { get; set; } = "webhook-secret-of-the-app";

    public IReadOnlyList<FakeDelivery> Deliveries
    {
        get { lock (_lock) return [.. _deliveries]; }
    }

    public static string Sign(string secret, string body) =>
        $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)))}";

    public async Task<FakeDelivery> DeliverAsync(string eventName, string body, string? deliveryId, string? signature)
    {
        var id = deliveryId ?? Guid.NewGuid().ToString();
        signature ??= Sign(Secret, body);
        using var request = new HttpRequestMessage(HttpMethod.Post, Url ?? throw new InvalidOperationException("WebhookUrl is not set."));
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", "GitHub-Hookshot/044aadd");
        request.Headers.TryAddWithoutValidation("X-GitHub-Event", eventName);
        request.Headers.TryAddWithoutValidation("X-GitHub-Delivery", id);
        request.Headers.TryAddWithoutValidation("X-GitHub-Hook-Installation-Target-ID", FormattableString.Invariant($"{FakeApp.Id}"));
        request.Headers.TryAddWithoutValidation("X-GitHub-Hook-Installation-Target-Type", "integration");
        if (signature.Length > 0) request.Headers.TryAddWithoutValidation("X-Hub-Signature-256", signature);
        var (status, answer) = await SendAsync(request);
        var delivery = new FakeDelivery(id, eventName, body, signature, status, answer);
        lock (_lock) _deliveries.Add(delivery);
        return delivery;
    }

    public void Dispose() => _http.Dispose();

    private async Task<(int Status, string Answer)> SendAsync(HttpRequestMessage request)
    {
        try
        {
            using var response = await _http.SendAsync(request);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
        }
        catch (HttpRequestException e)
        {
            return (0, e.Message);
        }
    }
}
