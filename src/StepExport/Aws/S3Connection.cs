using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using StepExport.Http;

namespace StepExport.Aws;

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

    /// <param name="config">Where the bucket is and who asks.</param>
    /// <param name="use">What for.</param>
    /// <param name="connections">At the same time, to one server.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">A file under <c>tls</c> cannot be read.</exception>
    public static S3Connection Open(IS3StoreConfig config, S3Use use, int connections, TimeProvider time)
    {
        var proxy = config.Proxy is null ? null : new Uri(config.Proxy);
        var handler = HttpHandlers.Create(config.Tls, proxy, config.ConnectTimeout, connections);
        // The caller's cancellation is the one time-out.
        var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        var tokenService = new AwsTokenService(config.StsEndpoint, config.Region ?? "us-east-1", http);
        var credentials = new AwsCredentials(config.Credentials, tokenService, time);
        var client = new AmazonS3Client(credentials, ClientConfig(config, http));
        var address = config.Endpoint ?? $"https://s3.{config.Region}.amazonaws.com";
        return new(client, http, credentials, new(config.Bucket, new(address), use), time);
    }

    /// <summary>The store has taken something, so the credentials are good.</summary>
    public void Accepted() => Volatile.Write(ref _renewed, 0);

    /// <summary>What a failed attempt means; refused credentials are read again, and the next attempt follows at once when that may help.</summary>
    public S3Trouble Judge(Exception e)
    {
        var trouble = Explain(e);
        if (!trouble.ReadCredentials) return trouble;
        _credentials.Renew();
        return Interlocked.Exchange(ref _renewed, 1) == 0
            ? trouble with { Reason = $"{trouble.Reason}; the credentials are read again", RetryAfter = TimeSpan.Zero, NeedsOperator = false }
            : trouble;
    }

    /// <summary>What a failed attempt means, for someone who only asks.</summary>
    public S3Trouble Explain(Exception e) => S3Answers.Read(e, Target, _time.GetUtcNow());

    public void Dispose()
    {
        Client.Dispose();
        _http.Dispose();
    }

    private static AmazonS3Config ClientConfig(IS3StoreConfig config, HttpClient http)
    {
        var client = new AmazonS3Config
        {
            HttpClientFactory = new OneHttpClient(http),
            MaxErrorRetry = 0,
            MaxStaleConnectionRetries = 0,
            ForcePathStyle = config.PathStyle,
            // Only what the request itself names: many stores refuse what the SDK would add.
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
