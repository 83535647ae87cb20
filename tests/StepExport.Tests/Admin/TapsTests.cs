using System.Net;
using System.Text;
using StepExport.Admin;
using StepExport.Configuration;
using StepExport.Core.Model;
using StepExport.Testing.Delivery;

namespace StepExport.Tests.Admin;

/// <summary>A live look over real HTTP at a real journal.</summary>
public sealed class TapsTests : IAsyncLifetime
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(1) };
    private RunnerRig _rig = null!;
    private AdminServer _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _rig = await RunnerRig.StartAsync(records: 3);
        await ListenAsync(null);
    }

    [Fact]
    public async Task It_shows_what_becomes_durable_from_now_on_and_nothing_else()
    {
        using var lines = await TapAsync("");
        await _rig.AppendAsync(2);
        Assert.Equal([new SomeRecord(4).Body, new SomeRecord(5).Body], await ReadAsync(lines, 2));
    }

    [Theory]
    [InlineData("?type=Reverse-*", 4)]
    [InlineData("?severity=high", 5)]
    [InlineData("?repo=acme%2Fbilling&repo=other%2F*", 6)]
    [InlineData("?type=Domain-Blocked&severity=HIGH&repo=acme%2Fshop", 5)]
    public async Task It_filters_as_a_sink_does(string query, int expected)
    {
        using var lines = await TapAsync(query);
        await _rig.AppendAsync(4, record => record.Number switch
        {
            4 => record with { Type = "Reverse-Shell", Repository = "x/y" },
            5 => record with { Severity = Severity.Critical },
            6 => record with { Repository = "acme/billing" },
            _ => record with { Repository = "z/z" },
        });
        Assert.Contains($"\"number {expected}\"", Assert.Single(await ReadAsync(lines, 1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_who_does_not_keep_up_is_told_how_many_he_missed_and_the_journal_does_not_wait()
    {
        using var lines = await TapAsync("");
        const int Many = Taps.MaxBehind + 5000;
        // Nobody reads: the connection's buffers fill, and everything becomes durable nevertheless.
        for (var i = 0; i < 3; i++) await _rig.AppendAsync(Many / 3, record => record with { Padding = 2000 });

        var (seen, lost) = (0, 0);
        while (seen + lost < Many)
        {
            var line = (await ReadAsync(lines, 1))[0];
            if (line.StartsWith("{\"tap\":{\"lost\":", StringComparison.Ordinal)) lost += int.Parse(line.AsSpan(15).TrimEnd('}'), System.Globalization.CultureInfo.InvariantCulture);
            else seen++;
        }

        Assert.Equal(Many, seen + lost);
        Assert.True(lost > 0, "the reader was fast enough: nothing was proven");
    }

    [Fact]
    public async Task Only_so_many_may_look_at_once_and_who_leaves_makes_room()
    {
        var open = new List<StreamReader>();
        for (var i = 0; i < Taps.Most; i++) open.Add(await TapAsync(""));
        using (var refused = await _client.GetAsync(new Uri(_server.Address, Taps.Path), Stop)) Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);

        open[0].Dispose();
        HttpStatusCode status;
        do
        {
            using var again = await _client.GetAsync(new Uri(_server.Address, Taps.Path), HttpCompletionOption.ResponseHeadersRead, Stop);
            status = again.StatusCode;
        }
        while (status == HttpStatusCode.ServiceUnavailable);

        Assert.Equal(HttpStatusCode.OK, status);
        open.ForEach(lines => lines.Dispose());
    }

    [Theory]
    [InlineData("?severity=hihg", "severity is one of informational")]
    [InlineData("?severity=4", "severity is one of informational")]
    [InlineData("?typ=x", "there are only type, severity and repo")]
    public async Task A_wrong_question_is_answered_with_what_to_write(string query, string expected)
    {
        using var response = await _client.GetAsync(new Uri(_server.Address, Taps.Path + query), Stop);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(expected, await response.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_wants_the_token()
    {
        await _server.DisposeAsync();
        await ListenAsync(new Secret("let me in"));
        using var refused = await _client.GetAsync(new Uri(_server.Address, Taps.Path), Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        _client.DefaultRequestHeaders.Authorization = new("Bearer", "let me in");
        (await TapAsync("")).Dispose();
    }

    [Fact]
    public async Task When_the_program_stops_the_readers_come_to_the_end()
    {
        using var lines = await TapAsync("");
        await _server.DisposeAsync();
        Assert.Null(await lines.ReadLineAsync(Stop));
        await ListenAsync(null);
    }

    [Fact]
    public void The_address_holds_what_was_asked_for() =>
        Assert.Equal("?type=a%26b&type=%2A&repo=acme%2F%2A&severity=high", TapFilter.Query(["a&b", "*"], "high", ["acme/*"]));

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await _rig.DisposeAsync();
    }

    private async Task ListenAsync(Secret? token) =>
        _server = (await AdminServer.StartAsync(new() { Listen = "127.0.0.1:0", Token = token }, new SampleStatus().Status, new() { Taps = new Taps(() => _rig.Journal.OpenTail()) }, Stop))!;

    private async Task<StreamReader> TapAsync(string query)
    {
        var response = await _client.GetAsync(new Uri(_server.Address, Taps.Path + query), HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return new StreamReader(await response.Content.ReadAsStreamAsync(Stop), Encoding.UTF8);
    }

    private static async Task<string[]> ReadAsync(StreamReader lines, int count)
    {
        var read = new string[count];
        for (var i = 0; i < count; i++) read[i] = await lines.ReadLineAsync(Stop) ?? throw new EndOfStreamException();
        return read;
    }
}
