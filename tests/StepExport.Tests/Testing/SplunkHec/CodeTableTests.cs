using System.IO.Compression;
using System.Text;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Testing.SplunkHec;

/// <summary>The double answers with every code of the table where Splunk does, by plain requests.</summary>
public sealed class CodeTableTests : IAsyncLifetime
{
    private FakeHecServer _server = null!;
    private HecConversation _hec = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeHecServer.StartAsync(new() { MaxWireBytes = 5_000, MaxPlainBytes = 10_000 });
        _hec = new(_server);
    }

    public async ValueTask DisposeAsync()
    {
        _hec.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(null, 401, 2)]
    [InlineData("Bearer x", 401, 3)]
    [InlineData("Splunk x", 403, 4)]
    public async Task A_sender_that_is_not_known_is_refused(string? authorization, int status, int code)
    {
        _hec.Authorization = authorization;

        Assert.Equal((status, code), (await _hec.SendAsync("a")).Verdict);
        Assert.Equal((status, code), (await _hec.PostAsync("/services/collector/raw", "a")).Verdict);
        Assert.Equal((status, code), (await _hec.PostAsync("/services/collector/ack", "{}")).Verdict);
        Assert.Equal(0, _server.Index.Accepted);
    }

    [Fact]
    public async Task A_token_can_be_disabled_rotated_and_must_not_stand_in_the_query()
    {
        _server.TokenDisabled = true;
        Assert.Equal((403, 1), (await _hec.SendAsync("a")).Verdict);
        _server.TokenDisabled = false;
        _server.Token = "rotated";
        Assert.Equal((403, 4), (await _hec.SendAsync("a")).Verdict);
        _hec.Authorization = "Splunk rotated";
        Assert.Equal((200, 0), (await _hec.SendAsync("a")).Verdict);
        _hec.Authorization = null;
        Assert.Equal((400, 16), (await _hec.PostAsync("/services/collector/event?token=rotated", HecConversation.Events("a"))).Verdict);
    }

    [Theory]
    [InlineData(null, 10)]
    [InlineData("channel-one", 11)]
    public async Task A_channel_is_needed_and_is_a_guid(string? channel, int code)
    {
        Assert.Equal((400, code), (await _hec.PostAsync("/services/collector/event", HecConversation.Events("a"), channel)).Verdict);
    }

    [Theory]
    [InlineData("/services/collector")]
    [InlineData("/services/collector/event")]
    [InlineData("/services/collector/event/1.0")]
    public async Task Events_are_taken_at_all_of_their_addresses(string path)
    {
        Assert.Equal("""{"text":"Success","code":0}""", (await _hec.PostAsync(path, HecConversation.Events("a", "b"))).Text);
        Assert.Equal(["a", "b"], _server.Index.Events.Select(e => e.Uid));
    }

    [Theory]
    [InlineData("not JSON", 6, 2, 2)]
    [InlineData("""{"event":1""", 6, 2, 2)]
    [InlineData("""[1]""", 6, 2, 2)]
    [InlineData("""{"event":1,"time":"now"}""", 6, 2, 2)]
    [InlineData("""{"time":1}""", 12, 2, 2)]
    [InlineData("""{"event":""}""", 13, 2, 2)]
    [InlineData("""{"event":null}""", 13, 2, 2)]
    [InlineData("""{"event":1,"fields":{"a":{"b":1}}}""", 15, 2, 2)]
    [InlineData("""{"event":1,"index":"forbidden"}""", 7, 3, 2)]
    public async Task What_stands_before_a_bad_object_is_indexed_and_nothing_else(string bad, int code, int number, int indexed)
    {
        _server.Script.Refuse(e => e.Index == "forbidden", 7);

        var heard = await _hec.PostAsync("/services/collector/event", HecConversation.Events("a", "b") + bad + HecConversation.Events("c"));

        Assert.Equal(((400, code), number), (heard.Verdict, heard.InvalidEvent));
        Assert.Equal(["a", "b"], _server.Index.Events.Select(e => e.Uid));
        Assert.Equal((indexed, 0), (_server.Index.Accepted, _server.Index.Lost));
    }

    [Fact]
    public async Task From_an_unknown_envelope_key_on_nothing_is_indexed_though_the_answer_is_success()
    {
        var heard = await _hec.PostAsync("/services/collector/event", HecConversation.Events("a") + """{"event":1,"severity":"high","fields":{"event_uid":"b"}}""" + HecConversation.Events("c"));

        Assert.Equal((200, 0), heard.Verdict);
        Assert.Equal((3, 2, 1), (_server.Index.Accepted, _server.Index.Lost, _server.Index.Count("a")));
        Assert.Equal(["b", "c"], _server.Index.AcceptedOnly);
    }

    [Fact]
    public async Task Only_gzip_is_an_encoding_and_both_sizes_have_a_limit()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(HecConversation.Events("a")));

        var heard = await _hec.AskAsync(HttpMethod.Post, "/services/collector/event", packed.ToArray(), HecConversation.Channel, "gzip");
        Assert.Equal((200, 0), heard.Verdict);
        Assert.Equal(415, (await _hec.PostAsync("/services/collector/event", "x", encoding: "deflate")).Status);
        Assert.Equal(413, (await _hec.PostAsync("/services/collector/event", new string('x', 5_001))).Status);

        packed.SetLength(0);
        using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes($$"""{"event":"{{new string('x', 10_000)}}"}"""));
        heard = await _hec.AskAsync(HttpMethod.Post, "/services/collector/event", packed.ToArray(), HecConversation.Channel, "gzip");
        Assert.Equal(((400, 6), 0), (heard.Verdict, heard.InvalidEvent));
        Assert.Equal(1, _server.Index.Accepted);
    }

    [Fact]
    public async Task Nothing_else_is_there()
    {
        Assert.Equal((400, 5), (await _hec.PostAsync("/services/collector/event", "  \n")).Verdict);
        Assert.Equal(404, (await _hec.PostAsync("/services/other", "")).Status);
        Assert.Equal(405, (await _hec.GetAsync("/services/collector/event")).Status);
        Assert.Equal(405, (await _hec.GetAsync("/services/collector/ack")).Status);
        Assert.Equal(405, (await _hec.PostAsync("/services/collector/health", "")).Status);
    }

    [Theory]
    [InlineData(17, 200)]
    [InlineData(18, 503)]
    [InlineData(19, 503)]
    [InlineData(20, 503)]
    [InlineData(21, 400)]
    [InlineData(22, 400)]
    [InlineData(23, 503)]
    public async Task Health_has_every_state_and_does_not_look_at_the_token(int code, int status)
    {
        _hec.Authorization = null;
        if (code != 17) _server.Script.Health.Always(HecReply.Of(code));

        Assert.Equal((status, code), (await _hec.GetAsync("/services/collector/health")).Verdict);
        Assert.Equal((status, code), (await _hec.GetAsync("/services/collector/health/1.0")).Verdict);
        _hec.Authorization = $"Splunk {_server.Token}";
        Assert.Equal((200, 0), (await _hec.SendAsync("a")).Verdict);
    }
}
