using System.Buffers.Text;
using System.Text;
using Amazon.Runtime;
using StepExport.Aws;
using StepExport.Http;

namespace StepExport.Kafka.Auth;

/// <summary>Makes tokens for Amazon MSK: a presigned request <c>kafka-cluster:Connect</c>, base64url.</summary>
/// <remarks>What aws-msk-iam-sasl-signer does, of which no .NET package can be relied on; nothing is sent to AWS but for the credentials.</remarks>
internal sealed class MskTokens : ITokenSource
{
    /// <summary>The longest that MSK takes.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private static readonly IReadOnlyDictionary<string, string> NoExtensions = new Dictionary<string, string>();

    private readonly string _region;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly AwsCredentials _credentials;

    public MskTokens(KafkaAwsConfig config, TimeProvider time)
    {
        (_region, _time) = (config.Region, time);
        // The tls section is about the brokers; AWS is trusted as the system trusts it.
        var handler = HttpHandlers.Create(new(), proxy: null, AwsCredentials.LongestWait, maxConnections: 1);
        _http = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _credentials = new(config.Credentials, new(config.StsEndpoint, config.Region, _http), time);
    }

    public async Task<BearerToken> GetAsync(CancellationToken cancellationToken)
    {
        // The brokers do not say why they refuse a token, so none is made with credentials that were read for another.
        _credentials.Renew();
        try
        {
            var credentials = await _credentials.GetCredentialsAsync().WaitAsync(cancellationToken);
            return Sign(credentials, _region, _time.GetUtcNow());
        }
        catch (AwsCredentialsException e) when (e.Code is not null)
        {
            throw new IOException($"{e.Message} ({e.Code})", e);
        }
    }

    public void Dispose() => _http.Dispose();

    internal static BearerToken Sign(ImmutableCredentials credentials, string region, DateTimeOffset now)
    {
        var scope = new SigV4.Scope($"kafka.{region}.amazonaws.com", region, "kafka-cluster");
        var url = SigV4.Presign(scope, [new("Action", "kafka-cluster:Connect")], credentials, now, Lifetime);
        // Behind the signature: MSK logs it, and does not count it as signed.
        var named = $"{url}&User-Agent={Uri.EscapeDataString($"stepexport/{typeof(MskTokens).Assembly.GetName().Version?.ToString(3)}")}";
        return new(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(named)), now + Lifetime, credentials.AccessKey, NoExtensions);
    }
}
