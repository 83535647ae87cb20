using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using StepExport.Aws;
using StepExport.Core.Delivery;
using StepExport.Http;

namespace StepExport.Sinks.S3;

/// <summary>Where objects go, for messages.</summary>
/// <param name="Bucket">Its name.</param>
/// <param name="Prefix">The configured prefix.</param>
/// <param name="Address">The store's address.</param>
internal sealed record S3Target(string Bucket, string Prefix, Uri Address);

/// <summary>The SDK's client with our own connection pool, credentials that are read again when refused, and no retry of its own. Thread-safe.</summary>
internal sealed class S3Connection : IDisposable
{
    private readonly HttpClient _http;
    private readonly AwsCredentials _credentials;
    private readonly TimeProvider _time;
    private int _renewed;

    private S3Connection(IAmazonS3 client, HttpClient http, AwsCredentials credentials, S3Target target, TimeProvider time)
    {
        (Client, _http, _credentials, Target, _time) = (client, http, credentials, target, time);
    }

    public IAmazonS3 Client { get; }

    public S3Target Target { get; }

    /// <exception cref="IOException">A file under <c>tls</c> cannot be read.</exception>
    public static S3Connection Open(S3Config config, TimeProvider time)
    {
        var proxy = config.Proxy is null ? null : new Uri(config.Proxy);
        var handler = HttpHandlers.Create(config.Tls, proxy, config.ConnectTimeout, config.InFlight * ObjectUploader.PartsAtOnce * 2);
        // The caller's cancellation is the one time-out.
        var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        var tokenService = new AwsTokenService(config.StsEndpoint, config.Region ?? "us-east-1", http);
        var credentials = new AwsCredentials(config.Credentials, tokenService, time);
        var client = new AmazonS3Client(credentials, ClientConfig(config, http));
        var address = config.Endpoint ?? $"https://s3.{config.Region}.amazonaws.com";
        return new(client, http, credentials, new(config.Bucket, config.Prefix, new(address)), time);
    }

    /// <summary>The store has taken something, so the credentials are good.</summary>
    public void Accepted() => Volatile.Write(ref _renewed, 0);

    /// <summary>What a failed attempt means; refused credentials are read again, and the next attempt follows at once when that may help.</summary>
    public SendResult Judge(Exception e)
    {
        var verdict = S3Answers.Read(e, Target, _time.GetUtcNow());
        if (!verdict.ReadCredentials) return verdict.Result;
        _credentials.Renew();
        return Interlocked.Exchange(ref _renewed, 1) == 0
            ? SendResult.Retry($"{verdict.Result.Reason}; the credentials are read again", verdict.Result.Code, TimeSpan.Zero)
            : verdict.Result;
    }

    /// <summary>What a failed attempt means, for someone who only asks.</summary>
    public SendResult Explain(Exception e) => S3Answers.Read(e, Target, _time.GetUtcNow()).Result;

    public void Dispose()
    {
        Client.Dispose();
        _http.Dispose();
    }

    private static AmazonS3Config ClientConfig(S3Config config, HttpClient http)
    {
        var client = new AmazonS3Config
        {
            HttpClientFactory = new OneHttpClient(http),
            MaxErrorRetry = 0,
            MaxStaleConnectionRetries = 0,
            ForcePathStyle = config.PathStyle,
            // Only what the request itself names: see S3Requests.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (config.Endpoint is { } endpoint)
            (client.ServiceURL, client.AuthenticationRegion) = (endpoint, config.Region ?? "us-east-1");
        else
            client.RegionEndpoint = RegionEndpoint.GetBySystemName(config.Region);
        return client;
    }
}
