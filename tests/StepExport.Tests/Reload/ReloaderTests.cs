using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Reload;
using StepExport.Testing;
using StepExport.Testing.Delivery;
using StepExport.Tests.Running;

namespace StepExport.Tests.Reload;

/// <summary>From a file that was changed to what runs; what the exchange itself does: <see cref="LineupTests"/>.</summary>
public sealed class ReloaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LogLines _log = new();
    private readonly LineupFactory _factory = new();

    public void Dispose()
    {
        _folder.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task A_file_with_mistakes_is_refused_with_all_of_them_and_touches_nothing()
    {
        await using var rig = await StartAsync(Text("a1", "b1"));
        using var reloader = Reloader(rig);
        Write("sources: { src: { type: line, tog: src1 } }\nsinks: { a: { type: lime } }\n");
        var report = await reloader.ReloadAsync();
        Assert.Equal(ReloadOutcome.Refused, report.Outcome);
        Assert.Equal([$"{File}:1:31: sources.src.tog: unknown key; did you mean 'tag'?", $"{File}:2:21: sinks.a.type: 'lime' is not one of line; did you mean 'line'?"], report.Errors);
        Assert.Equal(["+a1", "+b1", "+src1"], _factory.Made);
        Assert.Equal((0L, 1L, report.Errors[0]), (rig.Status.Reloads.Applied, rig.Status.Reloads.Refused, rig.Status.Reloads.Refusal));
        Assert.All(report.Errors, error => Assert.Contains(_log.All, line => line.StartsWith("Error", StringComparison.Ordinal) && line.EndsWith(error, StringComparison.Ordinal)));

        Write(Text("a1", "b2"));
        Assert.Equal(["sink b: changed"], (await reloader.ReloadAsync()).Changes);
        Assert.Null(rig.Status.Reloads.Refusal);
        Assert.Equal(ReloadOutcome.Unchanged, (await reloader.ReloadAsync()).Outcome);
    }

    [Fact]
    public async Task What_is_read_at_the_start_only_refuses_the_whole_reload_and_is_named()
    {
        await using var rig = await StartAsync(Text("a1"));
        using var reloader = Reloader(rig);
        Write(Text("a2") + "journal: { maxSize: 3GB, segmentSize: 64MB }\nadmin: { token: s3cret }\n");
        var report = await reloader.ReloadAsync();
        Assert.Equal(ReloadOutcome.Refused, report.Outcome);
        Assert.Equal(["admin.token", "journal.maxSize"], report.Errors.Select(error => error.Split(": ")[1]));
        Assert.DoesNotContain("s3cret", string.Concat(report.Errors), StringComparison.Ordinal);
        Assert.Equal(["+a1", "+src1"], _factory.Made);
    }

    [Fact]
    public async Task A_sink_that_cannot_be_made_refuses_the_reload_before_anything_is_stopped()
    {
        await using var rig = await StartAsync(Text("a1", "b1"));
        using var reloader = Reloader(rig);
        _factory.Fails["b2"] = 0;
        Write(Text("a2", "b2"));
        var report = await reloader.ReloadAsync();
        Assert.Equal((ReloadOutcome.Refused, $"{File}: sinks.b: b2 cannot be made"), (report.Outcome, Assert.Single(report.Errors)));
        Assert.Equal(["+a1", "+b1", "+src1", "+a2", "-a2"], _factory.Made);
    }

    [Fact]
    public async Task What_fails_in_the_middle_is_said_and_tried_again_by_the_next_reload()
    {
        await using var rig = await StartAsync(Text("a1", "b1"));
        using var reloader = Reloader(rig);
        // The trial succeeds.
        _factory.Fails["b2"] = 1;
        Write(Text("a2", "b2"));
        var report = await reloader.ReloadAsync();
        Assert.Equal((ReloadOutcome.Applied, $"{File}: sink b: b2 cannot be made; it runs on as it did"), (report.Outcome, Assert.Single(report.Errors)));
        Assert.Equal(["sink a: changed"], report.Changes);
        Assert.NotNull(rig.Status.Reloads.Refusal);

        _factory.Fails.Remove("b2");
        report = await reloader.ReloadAsync();
        Assert.Equal(["sink b: changed"], report.Changes);
        Assert.Empty(report.Errors);
        Assert.Equal(ReloadOutcome.Unchanged, (await reloader.ReloadAsync()).Outcome);
    }

    [Fact]
    public async Task A_secret_with_another_value_changes_its_sink_although_the_file_is_the_same()
    {
        var secret = _folder.Write("token", "one");
        string text = $"sources: {{ src: {{ type: line, tag: src1 }} }}\nsinks:\n  a: {{ type: line, tag: a1, token: '${{file:{secret}}}' }}\n  b: {{ type: line, tag: b1 }}\n";
        await using var rig = await StartAsync(text);
        using var reloader = Reloader(rig);
        Assert.Equal(ReloadOutcome.Unchanged, (await reloader.ReloadAsync()).Outcome);
        _folder.Write("token", "two");
        Assert.Equal(["sink a: changed"], (await reloader.ReloadAsync()).Changes);
    }

    [Fact]
    public async Task Order_layout_and_defaults_that_are_written_out_change_nothing()
    {
        await using var rig = await StartAsync(Text("a1", "b1"));
        using var reloader = Reloader(rig);
        Write("""
            journal: { segmentSize: 64MB, maxSize: 2GB }
            sinks:
              b: { tag: b1, inFlight: 4, type: line, from: oldest }
              a:
                retry: { max: 60s }
                tag: a1
                type: line
            sources: { src: { tag: src1, type: line } }
            """);
        Assert.Equal(ReloadOutcome.Unchanged, (await reloader.ReloadAsync()).Outcome);
    }

    [Fact]
    public async Task A_removed_sink_is_warned_about_with_its_number()
    {
        await using var rig = await StartAsync(Text("a1", "d1"), r => r.Sinks["d1"] = new((_, _) => SendResult.Retry("full", needsOperator: true)));
        using var reloader = Reloader(rig);
        await rig.Rig.AppendAsync(10);
        await RunnerRig.UntilAsync(() => !rig.Status.Sinks[1].Health.Current.Ok);
        Write(Text("a1"));
        var report = await reloader.ReloadAsync();
        Assert.Equal(["sink d: removed"], report.Changes);
        Assert.Equal(
            $"{File}: sinks: 'd' was removed; 10 records were not delivered to it, and are let go at {rig.Rig.Time.GetUtcNow().AddHours(1):u}; put the sink back before that to deliver them",
            Assert.Single(report.Warnings));
    }

    [Fact]
    public async Task Two_reloads_at_once_come_one_after_the_other()
    {
        var sending = new TaskCompletionSource<SendResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var rig = await StartAsync(Text("a1"), r => r.Sinks["a1"] = new((_, _, _) => sending.Task));
        using var reloader = Reloader(rig);
        await rig.Rig.AppendAsync(5);
        await RunnerRig.UntilAsync(() => rig.Sinks["a1"].Sending == 1);
        Write(Text("a2"));
        var first = reloader.ReloadAsync();
        await RunnerRig.UntilAsync(() => _factory.Made.Contains("-a2"));
        Write(Text("a3"));
        var second = reloader.ReloadAsync();
        Assert.False(first.IsCompleted);
        sending.SetResult(SendResult.Delivered);
        Assert.Equal(["sink a: changed"], (await first).Changes);
        Assert.Equal(["sink a: changed"], (await second).Changes);
        Assert.Equal(["+a1", "+src1", "+a2", "-a2", "-a1", "+a2", "+a3", "-a3", "-a2", "+a3"], _factory.Made);
    }

    private string File => _folder.File("c.yaml");

    private static string Text(params string[] sinks) =>
        "sources: { src: { type: line, tag: src1 } }\nsinks:\n" + string.Concat(sinks.Select(s => $"  {s[..^1]}: {{ type: line, tag: {s} }}\n"));

    private void Write(string text) => _folder.Write("c.yaml", text);

    private async Task<LineupRig> StartAsync(string text, Action<LineupRig>? prepare = null)
    {
        Write(text);
        var loaded = Loader().Load(File);
        Assert.Empty(loaded.Errors);
        return await LineupRig.StartAsync(loaded.Config!, _factory, prepare);
    }

    private Reloader Reloader(LineupRig rig) => new(File, Loader(), Loader().Load(File).Config!, rig.Lineup, rig.Status, _log);

    private ConfigLoader Loader() => new(new([_factory], [_factory]));
}
