using System.Net.Http.Headers;
using System.Text;
using StepExport.Testing.Ingest;

namespace StepExport.Tests.Sources.Webhook;

/// <summary>What is taken, and what the sender is told about it.</summary>
public sealed class WebhookBodyTests
{
    private const string A = """{"id":"Reverse-Shell","marker":"n-1","owner":"acme","repo":"acme/app"}""";
    private const string B = """{"id":"Reverse-Shell","marker":"n-2","owner":"acme","repo":"acme/app"}""";

    [Theory]
    [InlineData(A + B)]
    [InlineData(A + "\n" + B)]
    [InlineData(A + "\r\n" + B + "\r\n")]
    [InlineData("[" + A + "," + B + "]")]
    [InlineData("{\"data\":[" + A + "," + B + "]}")]
    [InlineData("{\"data\":{\"detections\":[" + A + "," + B + "]}}")]
    [InlineData("{\"detections\":[" + A + "," + B + "]}")]
    [InlineData("\uFEFF{\"data\":[" + A + "]}\n{\"data\":[" + B + "]}")]
    [InlineData("{\"customer\":\"acme\",\"data\":[" + A + "," + B + "],\"sent\":1}")]
    public async Task Every_shape_is_durable_when_it_is_answered_202(string body)
    {
        await using var rig = await WebhookRig.StartAsync();

        var reply = await rig.PostAsync(body);

        Assert.Equal((202, """{"accepted":2,"duplicates":0}"""), (reply.Status, reply.Body));
        Assert.Equal("application/json", reply.ContentHeaders.ContentType!.ToString());
        Assert.Equal([1, 2], rig.Behind.Durable());
        Assert.Equal(1, rig.Behind.Metrics.RequestsByCode[202]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \r\n")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"data":[]}""")]
    [InlineData("""{"data":{"detections":[]}}""")]
    [InlineData("""{"data":{},"customer":null}""")]
    [InlineData("""{"test":true}""")]
    [InlineData("""{"Event":"Test","sent_by":"stepsecurity"}""")]
    [InlineData("""{"message":"test connection"}""")]
    public async Task A_connection_test_is_answered_200_and_logged_once(string body)
    {
        await using var rig = await WebhookRig.StartAsync();

        Assert.Equal((200, 0), (await rig.PostAsync(body)).Taken);
        Assert.Equal((200, 0), (await rig.PostAsync(body)).Taken);

        Assert.Empty(rig.Behind.Durable());
        Assert.Equal(0, rig.Behind.DeadLetters.Count);
        Assert.Single(rig.Log.Lines, line => line.Contains("connection test", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"id":"Test","test":true,"marker":"n-1"}""")]
    [InlineData("""{"title":"Blocked call in test","marker":"n-1"}""")]
    [InlineData("""{"event":"test","details":{"marker":"n-1"}}""")]
    [InlineData("""{"test":true,"repo":"acme/app","marker":"n-1"}""")]
    [InlineData("""{"message":"a test of the emergency exits","marker":"n-1"}""")]
    public async Task What_might_be_a_detection_is_one(string body)
    {
        await using var rig = await WebhookRig.StartAsync();

        Assert.Equal((202, 1), (await rig.PostAsync(body)).Taken);
        Assert.Equal([1], rig.Behind.Durable());
    }

    [Fact]
    public async Task The_good_detections_of_a_bad_request_are_kept_and_the_bad_ones_named()
    {
        await using var rig = await WebhookRig.StartAsync();

        var reply = await rig.PostAsync(IngressRig.Lines(1, 1) + "not json\n" + IngressRig.Lines(2, 1) + "[7," + IngressRig.Detection(3) + "]");

        Assert.Equal(400, reply.Status);
        Assert.Equal((3, 0, 2), (reply.Json.GetProperty("accepted").GetInt32(), reply.Json.GetProperty("duplicates").GetInt32(), reply.Json.GetProperty("rejected").GetInt32()));
        var line = IngressRig.Lines(1, 1).Length;
        Assert.Equal(
            [$$"""{"index":1,"line":2,"offset":{{line}},"reason":"not a JSON object"}""", $$"""{"index":3,"line":4,"offset":{{(2 * line) + 10}},"reason":"a number is not a detection"}"""],
            reply.Json.GetProperty("errors").EnumerateArray().Select(e => e.GetRawText()));
        Assert.Equal([1, 2, 3], rig.Behind.Durable());
        Assert.Equal(["127.0.0.1 line 2 byte " + line, $"127.0.0.1 line 4 byte {(2 * line) + 10}"], rig.Behind.DeadLetters.List().Select(l => l.Letter.Position));
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("null")]
    [InlineData("<xml/>")]
    [InlineData("""{"id":"Reverse-Shell",""")]
    public async Task What_is_no_detection_at_all_is_answered_400_without_an_echo(string body)
    {
        await using var rig = await WebhookRig.StartAsync();

        var reply = await rig.PostAsync(body);

        Assert.Equal((400, 0), reply.Taken);
        Assert.DoesNotContain("hello", reply.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("xml", reply.Body, StringComparison.Ordinal);
        Assert.Equal(1, rig.Behind.DeadLetters.Count);
    }

    [Fact]
    public async Task An_array_of_a_hundred_thousand_brackets_is_bad_input_like_any_other()
    {
        await using var rig = await WebhookRig.StartAsync();
        var brackets = new string('[', 100_000);

        Assert.Equal((400, 0), (await rig.PostAsync(brackets)).Taken);
        Assert.Equal((400, 0), (await rig.PostAsync(brackets.Replace("[", "{\"a\":", StringComparison.Ordinal))).Taken);
        Assert.Equal((202, 1), (await rig.PostAsync(A)).Taken);
    }

    [Fact]
    public async Task Gzip_is_decompressed_whatever_the_size_of_its_members()
    {
        await using var rig = await WebhookRig.StartAsync();
        var packed = WebhookRig.Pack(Encoding.UTF8.GetBytes(IngressRig.Lines(1, 3000)));
        byte[] twice = [.. packed, .. WebhookRig.Pack(Encoding.UTF8.GetBytes(IngressRig.Lines(3001, 2)))];

        Assert.Equal((202, 3002), (await rig.SendAsync(WebhookRig.Gzip(twice))).Taken);
        Assert.Equal(Enumerable.Range(1, 3002), rig.Behind.Durable());
        Assert.Equal((200, 0), (await rig.SendAsync(WebhookRig.Gzip(WebhookRig.Pack([])))).Taken);
        Assert.Equal(0, rig.Intake.BufferedBytes);
    }

    [Fact]
    public async Task A_large_body_may_come_in_chunks_and_by_PUT()
    {
        await using var rig = await WebhookRig.StartAsync();
        var body = Encoding.UTF8.GetBytes(IngressRig.Lines(1, 5000));
        Assert.True(body.Length > 5 * 64 * 1024);

        var reply = await rig.SendAsync(new ByteArrayContent(body), request =>
        {
            request.Method = HttpMethod.Put;
            request.Headers.TransferEncodingChunked = true;
        });

        Assert.Equal((202, 5000), reply.Taken);
        Assert.Equal(Enumerable.Range(1, 5000), rig.Behind.Durable());
        Assert.Equal(0, rig.Intake.BufferedBytes);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/X-NDJSON")]
    [InlineData("application/jsonl")]
    [InlineData("text/json")]
    [InlineData("application/vnd.stepsecurity.v1+json")]
    public async Task Json_goes_by_many_names(string type)
    {
        await using var rig = await WebhookRig.StartAsync();
        var content = WebhookRig.Json(A);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);

        Assert.Equal((202, 1), (await rig.SendAsync(content)).Taken);
    }

    [Fact]
    public async Task A_detection_larger_than_maxEventSize_is_bad_and_its_neighbours_are_taken()
    {
        await using var rig = await WebhookRig.StartAsync(config => config with { MaxEventSize = new(1000) });

        var reply = await rig.PostAsync($$"""[{{A}},{"id":"Reverse-Shell","x":"{{new string('x', 1000)}}"},{{B}}]""");

        Assert.Equal((400, 2), reply.Taken);
        Assert.Equal("larger than 1000 bytes", reply.Json.GetProperty("errors")[0].GetProperty("reason").GetString());
        Assert.Equal([1, 2], rig.Behind.Durable());
    }
}
