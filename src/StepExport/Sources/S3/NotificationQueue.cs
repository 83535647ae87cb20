using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using StepExport.Aws;
using StepExport.Http;

namespace StepExport.Sources.S3;

/// <summary>A message as it was received.</summary>
/// <param name="Id">The same at each delivery.</param>
/// <param name="Receipt">Deletes it; another one at each delivery.</param>
/// <param name="Body">Any text.</param>
internal sealed record QueueMessage(string Id, string Receipt, string Body);

/// <summary>The questions that are asked of the queue, over SQS's JSON protocol. One attempt each.</summary>
internal sealed class NotificationQueue : IDisposable
{
    /// <summary>Ten messages of the largest kind are far less.</summary>
    private const int LongestAnswer = 16 << 20;

    private static readonly MediaTypeHeaderValue ContentType = new("application/x-amz-json-1.0");

    private readonly NotificationsConfig _config;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly AwsCredentials _credentials;
    private readonly string _region;
    private readonly Uri _address;
    private bool _renewed;

    /// <exception cref="IOException">A file under <c>tls</c> cannot be read.</exception>
    public NotificationQueue(S3SourceConfig source, NotificationsConfig config, TimeProvider time)
    {
        (_config, _timeout, _time) = (config, source.Timeout, time);
        _region = config.Region ?? source.Region ?? "us-east-1";
        _address = new(new Uri(config.Endpoint ?? config.QueueUrl), "/");
        var handler = HttpHandlers.Create(source.Tls, source.Proxy is null ? null : new Uri(source.Proxy), source.ConnectTimeout, maxConnections: 2);
        _http = new(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LongestAnswer };
        _credentials = new(source.Credentials, new(source.StsEndpoint, _region, _http), time);
    }

    /// <summary>Waits for messages, at most <c>waitTime</c>; none is an answer too.</summary>
    public Task<SourceAnswer<IReadOnlyList<QueueMessage>>> ReceiveAsync(CancellationToken stop)
    {
        var request = new JsonObject { ["MaxNumberOfMessages"] = _config.MaxMessages, ["WaitTimeSeconds"] = (int)_config.WaitTime.Value.TotalSeconds };
        if (_config.VisibilityTimeout is { } hidden) request["VisibilityTimeout"] = (int)hidden.Value.TotalSeconds;
        return AskAsync<IReadOnlyList<QueueMessage>>("ReceiveMessage", request, answer =>
            [.. (answer["Messages"]?.AsArray() ?? []).Select(m => new QueueMessage(Text(m, "MessageId"), Text(m, "ReceiptHandle"), Text(m, "Body")))], stop);
    }

    /// <summary>Deletes messages. One whose receipt is not valid any more stays, and comes again.</summary>
    public async Task<SourceAnswer<string>> DeleteAsync(IReadOnlyList<QueueMessage> messages, CancellationToken stop)
    {
        var entries = messages.Select((m, i) => (JsonNode)new JsonObject { ["Id"] = FormattableString.Invariant($"m{i}"), ["ReceiptHandle"] = m.Receipt });
        var answer = await AskAsync("DeleteMessageBatch", new() { ["Entries"] = new JsonArray([.. entries]) }, answer =>
            (answer["Failed"]?.AsArray() ?? []).Where(f => f?["SenderFault"]?.GetValue<bool>() != true).Select(f => Text(f, "Code")).FirstOrDefault() ?? "", stop);
        return answer.Value is { Length: > 0 } code ? Failed<string>($"messages cannot be deleted ({code})") : answer;
    }

    /// <summary>Whether it is there and may be asked.</summary>
    public Task<SourceAnswer<string>> LookAsync(CancellationToken stop) => AskAsync(
        "GetQueueAttributes",
        new() { ["AttributeNames"] = new JsonArray("ApproximateNumberOfMessages") },
        answer => answer["Attributes"]?["ApproximateNumberOfMessages"]?.GetValue<string>() ?? "an unknown number of",
        stop);

    public void Dispose() => _http.Dispose();

    private async Task<SourceAnswer<T>> AskAsync<T>(string operation, JsonObject question, Func<JsonNode, T> read, CancellationToken stop)
        where T : class
    {
        using var limit = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        question["QueueUrl"] = _config.QueueUrl;
        var body = JsonSerializer.SerializeToUtf8Bytes<JsonNode>(question);
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = ContentType;
        try
        {
            var credentials = await _credentials.GetCredentialsAsync();
            AwsJsonSigner.Sign(request, body, $"AmazonSQS.{operation}", (_region, "sqs"), credentials, _time.GetUtcNow());
            using var response = await _http.SendAsync(request, either.Token);
            var text = await response.Content.ReadAsStringAsync(either.Token);
            if (!response.IsSuccessStatusCode) return Refused<T>(operation, response, text);
            var value = read(JsonNode.Parse(text) ?? new JsonObject());
            _renewed = false;
            return SourceAnswer<T>.Of(value);
        }
        catch (AwsCredentialsException e)
        {
            _credentials.Renew();
            return Failed<T>(e.Message, needsOperator: e.NeedsOperator);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Failed<T>("the answer is not SQS's: check queueUrl and endpoint", needsOperator: true);
        }
        catch (Exception e) when (HttpTrouble.IsExpected(e, stop))
        {
            return Failed<T>(limit.IsCancellationRequested ? $"no answer within {_timeout.TotalSeconds} s" : HttpTrouble.Describe(e));
        }
    }

    private SourceAnswer<T> Refused<T>(string operation, HttpResponseMessage response, string text)
        where T : class
    {
        var refusal = QueueRefusal.Of((int)response.StatusCode, text, operation);
        if (!refusal.IsAboutCredentials) return Failed<T>(refusal.Reason, RetryAfter.Read(response.Headers, _time.GetUtcNow()), refusal.NeedsOperator);
        _credentials.Renew();
        var isFirst = !_renewed;
        _renewed = true;
        // Rotated ones are good at once
        return isFirst ? Failed<T>(refusal.Reason, TimeSpan.Zero) : Failed<T>(refusal.Reason, needsOperator: true);
    }

    private SourceAnswer<T> Failed<T>(string reason, TimeSpan? retryAfter = null, bool needsOperator = false)
        where T : class => SourceAnswer<T>.Failed($"{_config.QueueUrl} cannot be asked: {reason}", retryAfter, needsOperator);

    private static string Text(JsonNode? node, string name) => node?[name]?.GetValue<string>() ?? throw new JsonException($"{name} is missing");
}
