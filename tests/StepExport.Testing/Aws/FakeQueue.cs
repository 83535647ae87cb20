using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace StepExport.Testing.Aws;

/// <summary>SQS with one queue over real HTTP on 127.0.0.1: checks each signature, hides what was received, and gives it again.</summary>
/// <param name="time">Hides messages and ends long polls.</param>
internal sealed class FakeQueue(TimeProvider time) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Message> _messages = [];
    private readonly List<string> _calls = [];
    private WebApplication? _app;
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _last;

    public string Url { get; private set; } = "";

    /// <summary>Who may ask: access key id, secret, session token or null.</summary>
    public (string Id, string Secret, string? Token) Key { get; set; } = ("id", "key", null);

    public TimeSpan Visibility { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Asked before each operation; a status and a code refuse it.</summary>
    public Func<string, (int Status, string Code)?> Fault { get; set; } = _ => null;

    /// <summary>Operations so far; those that were refused too.</summary>
    public IReadOnlyList<string> Calls
    {
        get { lock (_lock) return [.. _calls]; }
    }

    /// <summary>Messages that were not deleted.</summary>
    public int Count
    {
        get { lock (_lock) return _messages.Count; }
    }

    /// <summary>Deliveries of the messages that were not deleted.</summary>
    public int[] Deliveries
    {
        get { lock (_lock) return [.. _messages.Select(message => message.Deliveries)]; }
    }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        _app = builder.Build();
        _app.Run(HandleAsync);
        await _app.StartAsync();
        Url = $"{_app.Urls.Single()}/123456789012/detections";
    }

    public void Send(string body)
    {
        lock (_lock)
        {
            _messages.Add(new(FormattableString.Invariant($"id-{++_last}"), body));
            _arrival.TrySetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app!.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
        var operation = context.Request.Headers["X-Amz-Target"].ToString().Replace("AmazonSQS.", "", StringComparison.Ordinal);
        lock (_lock) _calls.Add(operation);
        var question = JsonNode.Parse(bytes.ToArray())!;
        var refusal = SignatureCheck.Problem(context.Request, bytes.ToArray(), Key) is { } problem ? (403, problem)
            : question["QueueUrl"]!.GetValue<string>() != Url ? (400, "com.amazonaws.sqs#QueueDoesNotExist")
            : Fault(operation);
        if (refusal is var (status, code))
        {
            await AnswerAsync(context, status, new() { ["__type"] = code, ["message"] = "refused by the double" });
            return;
        }

        await AnswerAsync(context, 200, operation switch
        {
            "ReceiveMessage" => await ReceiveAsync(question, context.RequestAborted),
            "DeleteMessageBatch" => Delete(question),
            "GetQueueAttributes" => new() { ["Attributes"] = new JsonObject { ["ApproximateNumberOfMessages"] = $"{Count}" } },
            _ => throw new InvalidDataException($"unknown operation {operation}"),
        });
    }

    private async Task<JsonObject> ReceiveAsync(JsonNode question, CancellationToken aborted)
    {
        var end = time.GetUtcNow() + TimeSpan.FromSeconds(question["WaitTimeSeconds"]!.GetValue<int>());
        while (true)
        {
            Task arrival;
            lock (_lock)
            {
                var now = time.GetUtcNow();
                var visible = _messages.Where(message => message.HiddenUntil <= now).Take(question["MaxNumberOfMessages"]!.GetValue<int>()).ToList();
                if (visible.Count > 0 || now >= end) return new() { ["Messages"] = new JsonArray([.. visible.Select(message => message.Receive(now + Visibility))]) };
                if (_arrival.Task.IsCompleted) _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
                arrival = _arrival.Task;
            }

            await Task.WhenAny(arrival, Task.Delay(TimeSpan.FromSeconds(1), time, aborted));
            aborted.ThrowIfCancellationRequested();
        }
    }

    private JsonObject Delete(JsonNode question)
    {
        var failed = new JsonArray();
        lock (_lock)
        {
            foreach (var entry in question["Entries"]!.AsArray())
            {
                var receipt = entry!["ReceiptHandle"]!.GetValue<string>();
                if (_messages.RemoveAll(message => message.Receipt == receipt) == 0)
                    failed.Add(new JsonObject { ["Id"] = entry["Id"]!.GetValue<string>(), ["SenderFault"] = true, ["Code"] = "ReceiptHandleIsInvalid" });
            }
        }

        return new() { ["Failed"] = failed };
    }

    private static async Task AnswerAsync(HttpContext context, int status, JsonObject answer)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/x-amz-json-1.0";
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    private sealed class Message(string id, string body)
    {
        public DateTimeOffset HiddenUntil { get; private set; }

        public int Deliveries { get; private set; }

        public string? Receipt { get; private set; }

        public JsonObject Receive(DateTimeOffset hiddenUntil)
        {
            (HiddenUntil, Receipt) = (hiddenUntil, FormattableString.Invariant($"{id}/{++Deliveries}"));
            return new JsonObject { ["MessageId"] = id, ["ReceiptHandle"] = Receipt, ["Body"] = body };
        }
    }
}
