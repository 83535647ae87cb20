using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using StepExport.Admin;
using StepExport.Reload;

namespace StepExport.Cli;

/// <summary>Asks a running program over its admin listener. What goes wrong is an <see cref="IOException"/> that says what to do.</summary>
internal sealed class AdminClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly HttpClient _client;
    private readonly Uri _address;

    public AdminClient(Uri address, string? token)
    {
        _address = address;
        // No proxy: it is this machine, or one that an operator named.
        _client = new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = Patience, AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
        if (token is not null) _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public Uri Address => _address;

    /// <summary>A page and its status, whatever it is.</summary>
    /// <exception cref="IOException">Nobody answers.</exception>
    public async Task<(HttpStatusCode Status, string Body)> AskAsync(string path, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            using var response = await SendAsync(path, patience.Token);
            return (response.StatusCode, await response.Content.ReadAsStringAsync(patience.Token));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new IOException($"{_address} gives no answer within {Patience.TotalSeconds:0} s");
        }
    }

    /// <summary>A page that has to be there.</summary>
    public async Task<string> GetAsync(string path, CancellationToken stop)
    {
        var (status, body) = await AskAsync(path, stop);
        return status == HttpStatusCode.OK ? body : throw Refused(status, body);
    }

    /// <summary>Opens <c>/api/tap</c>.</summary>
    public async Task<HttpResponseMessage> TapAsync(string query, CancellationToken stop)
    {
        var response = await SendAsync(Taps.Path + query, stop);
        if (response.StatusCode == HttpStatusCode.OK) return response;
        using (response) throw Refused(response.StatusCode, await response.Content.ReadAsStringAsync(stop));
    }

    /// <summary>Lets the program read its configuration again; takes as long as the exchange of what is different.</summary>
    public async Task<ReloadReport> ReloadAsync(CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_address, ReloadPage.Path)) { Headers = { { ReloadPage.Header, "reload" } } };
        using var response = await SendAsync(request, stop);
        var body = await response.Content.ReadAsStringAsync(stop);
        return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.UnprocessableEntity
            ? JsonSerializer.Deserialize<ReloadReport>(body, ReloadPage.Layout)!
            : throw Refused(response.StatusCode, body);
    }

    /// <summary>Sends JSON, and gives back the answer whatever it is; takes as long as it takes.</summary>
    public async Task<(HttpStatusCode Status, string Body)> PostAsync(string path, string json, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_address, path))
        {
            Headers = { { ReloadPage.Header, "stepexport" } },
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        using var response = await SendAsync(request, stop);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(stop));
    }

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> SendAsync(string path, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_address, path));
        return await SendAsync(request, stop);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken stop)
    {
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        }
        catch (HttpRequestException e)
        {
            var reason = e.InnerException?.Message ?? e.Message;
            throw new IOException($"{_address} does not answer: {reason}; is the program running, and is this its admin.listen?", e);
        }
    }

    private IOException Refused(HttpStatusCode status, string body) => status == HttpStatusCode.Unauthorized
        ? new($"{_address} wants its token: give -c FILE, or set {AdminTarget.TokenVariable}")
        : new($"{_address} answers {(int)status}: {TerminalText.Escape(body.Trim())}");
}
