using System.Net;
using System.Net.Http.Headers;
using System.Text;
using StepExport.Http;

namespace StepExport.Kafka.Auth;

/// <summary>Gets tokens from an identity provider with the client credentials grant (RFC 6749, section 4.4).</summary>
internal sealed class OidcTokens : ITokenSource
{
    /// <summary>A token has a few kilobytes; more is somebody else's page.</summary>
    private const int AnswerLimit = 256 * 1024;

    private readonly KafkaOidcConfig _config;
    private readonly Uri _endpoint;
    private readonly string _name;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    /// <exception cref="IOException">A file under <c>tls</c> cannot be read.</exception>
    public OidcTokens(KafkaOidcConfig config, TimeProvider time)
    {
        _config = config;
        _endpoint = new(config.TokenEndpoint);
        _name = _endpoint.GetLeftPart(UriPartial.Path);
        _time = time;
        var proxy = config.Proxy is null ? null : new Uri(config.Proxy);
        var handler = HttpHandlers.Create(config.Tls, proxy, config.Timeout, maxConnections: 1);
        _http = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new("StepExport", typeof(OidcTokens).Assembly.GetName().Version?.ToString(3)));
    }

    public async Task<BearerToken> GetAsync(CancellationToken cancellationToken)
    {
        var secret = Read(_config.ClientSecret);
        using var timeout = new CancellationTokenSource(_config.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var request = Request(secret);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var body = await ReadAsync(response.Content, either.Token);
            return OidcAnswer.Read(response.StatusCode, body, secret).ToToken(_config, _time.GetUtcNow());
        }
        catch (OidcException e)
        {
            throw new IOException($"token endpoint {_name}: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"token endpoint {_name}: no answer within {_config.Timeout}", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new IOException($"token endpoint {_name}: {HttpTrouble.Describe(e)}", e);
        }
    }

    public void Dispose() => _http.Dispose();

    private static string Read(Configuration.Secret secret)
    {
        try
        {
            return secret.Reveal();
        }
        catch (IOException e)
        {
            throw new IOException($"sasl.oidc.clientSecret: {e.Message}", e);
        }
    }

    private HttpRequestMessage Request(string secret)
    {
        var form = new List<KeyValuePair<string, string>> { new("grant_type", "client_credentials") };
        if (_config.Scope is { } scope) form.Add(new("scope", scope));
        if (_config.Audience is { } audience) form.Add(new("audience", audience));
        var inForm = _config.ClientAuthentication == "post";
        if (inForm) form.AddRange([new("client_id", _config.ClientId), new("client_secret", secret)]);
        var request = new HttpRequestMessage(HttpMethod.Post, _endpoint) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Accept.Add(new("application/json"));
        if (!inForm) request.Headers.Authorization = Basic(_config.ClientId, secret);
        return request;
    }

    /// <summary>RFC 6749, 2.3.1: both parts are form-encoded first, so that a colon in the id splits nothing.</summary>
    private static AuthenticationHeaderValue Basic(string id, string secret) =>
        new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{WebUtility.UrlEncode(id)}:{WebUtility.UrlEncode(secret)}")));

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var body = new byte[AnswerLimit];
        return body.AsMemory(0, await stream.ReadAtLeastAsync(body, AnswerLimit, throwOnEndOfStream: false, cancellationToken));
    }
}
