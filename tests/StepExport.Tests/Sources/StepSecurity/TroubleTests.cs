using StepExport.Testing.StepSecurity;

namespace StepExport.Tests.Sources.StepSecurity;

/// <summary>The other side fails, refuses, or answers something else.</summary>
public sealed class TroubleTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task One_429_pauses_every_list_for_as_long_as_it_says()
    {
        await using var rig = await ApiRig.StartAsync();
        rig.Add(1, Minute);
        var isBusy = true;
        rig.Server.Fault = _ => isBusy ? FakeApiFault.TooMany(40) : null;
        await using var source = rig.Run(rig.Config with { States = ["new", "suppressed", "resolved"], Types = ["Reverse-Shell", "Domain-Blocked"], Concurrency = 1 });

        // One list was told, the five others wait with it
        await rig.Time.WhenWaitingAsync(TimeSpan.FromSeconds(40), 6);
        Assert.Single(rig.Server.Requests);
        isBusy = false;
        rig.Time.Advance(TimeSpan.FromSeconds(39));
        Assert.Single(rig.Server.Requests);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await source.PausedAsync(6);

        Assert.Equal(7, rig.Server.Requests.Count);
        Assert.Equal([1], rig.Numbers());
    }

    [Fact]
    public async Task A_refused_key_is_told_without_showing_it_and_a_new_one_in_its_file_is_taken_without_a_restart()
    {
        await using var rig = await ApiRig.StartAsync();
        rig.Add(1, Minute);
        rig.Server.Key = "another_key";
        rig.Server.Fault = request => request.Authorization == "Bearer step_key" ? new(401, "the key 'step_key' is not known") : null;
        await using var source = rig.Run();

        await rig.UntilAsync(() => !rig.Health.Ok);
        Assert.Contains("HTTP 401", rig.Health.Reason, StringComparison.Ordinal);
        Assert.Contains("/v1/github/acme/actions/detections", rig.Health.Reason, StringComparison.Ordinal);
        Assert.Contains("apiKey", rig.Health.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("step_key", rig.Health.Reason, StringComparison.Ordinal);
        Assert.Single(rig.Server.Requests);

        await System.IO.File.WriteAllTextAsync(rig.KeyFile, "another_key\n", TestContext.Current.CancellationToken);
        rig.Time.Advance(Minute);
        await source.PausedAsync();
        Assert.True(rig.Health.Ok);
        Assert.Equal([1], rig.Numbers());
    }

    [Fact]
    public async Task An_owner_that_the_key_must_not_read_ails_and_the_other_one_is_read_on()
    {
        await using var rig = await ApiRig.StartAsync();
        rig.Server.Owners = ["acme", "forbidden"];
        rig.Server.Fault = request => request.Path.Contains("forbidden", StringComparison.Ordinal) ? new(403, "no") : null;
        rig.Add(1, Minute);
        await using var source = rig.Run(rig.Config with { Owners = ["forbidden", "acme"] });
        await source.PausedAsync();
        await rig.UntilAsync(() => !rig.Health.Ok);

        rig.Add(2, TimeSpan.Zero);
        await source.PollAsync();

        Assert.Equal([1, 2], rig.Numbers());
        Assert.Contains("forbidden", rig.Health.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Reverse-Shell", "HTTP 404")]
    [InlineData("*", "the API refuses every list")]
    public async Task A_wrong_owner_is_told(string type, string expected)
    {
        await using var rig = await ApiRig.StartAsync();
        await using var source = rig.Run(rig.Config with { Owners = ["acmee"], Types = [type] });
        await rig.UntilAsync(() => !rig.Health.Ok);
        Assert.Contains(expected, rig.Health.Reason, StringComparison.Ordinal);
        Assert.Contains("acmee", rig.Health.Reason, StringComparison.Ordinal);
        Assert.Contains("unknown owner", rig.Health.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("html")]
    [InlineData("cut")]
    [InlineData("500")]
    [InlineData("503")]
    [InlineData("truncated")]
    [InlineData("no list")]
    public async Task A_page_that_fails_is_asked_for_again_until_it_is_right(string kind)
    {
        await using var rig = await ApiRig.StartAsync();
        for (var i = 0; i < 250; i++) rig.Add(i, Minute * i);
        rig.Server.Fault = request => request.Index % 3 == 2 ? null : kind switch
        {
            "html" => FakeApiFault.Html,
            "cut" => FakeApiFault.Cut,
            "500" => FakeApiFault.Failed,
            "503" => FakeApiFault.Unavailable,
            "truncated" => new(200, """{"data":{"detections":[{"id":"Reverse-Shell"}"""),
            _ => new(200, """{"message":"maintenance"}"""),
        };

        var reading = rig.ReadOnceAsync();
        await rig.UntilAsync(() => reading.IsCompleted, TimeSpan.FromSeconds(1));
        await reading;
        Assert.Equal(Enumerable.Range(0, 250), rig.Numbers());
        Assert.Equal(6, rig.Server.Requests.Count);
        Assert.True(rig.Health.Ok);
    }

    [Fact]
    public async Task Bad_records_go_to_the_dead_letters_and_their_neighbours_are_kept()
    {
        await using var rig = await ApiRig.StartAsync();
        string[] good = [.. Enumerable.Range(1, 2).Select(i => System.Text.Encoding.UTF8.GetString(rig.Server.Store.Add(i, rig.Time.GetUtcNow(), type: ApiRig.Type).Json()))];
        var deep = new string('[', 100) + new string(']', 100);
        rig.Server.Body = _ => $$$"""{"data":{"detections":[{{{good[0]}}},"text",{"id":"Reverse-Shell","id":"twice"},{"id":"Deep","x":{{{deep}}}},null,{{{good[1]}}}],"has_more":false}}""";

        await rig.ReadOnceAsync();

        Assert.Equal([1, 2], rig.Numbers());
        var letters = rig.Intake.DeadLetters.List();
        Assert.Equal(4, letters.Count);
        Assert.All(letters, letter => Assert.Contains("owner acme, Reverse-Shell, new", letter.Letter.Position, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"data":{"detections":[{"id":"Reverse-Shell","owner":"acme","repo":"app","run_id":"20000000001"}],"has_more":true,"next_token":"same"}}""", "the same page twice")]
    [InlineData("""{"data":{"detections":[{"id":"Reverse-Shell","owner":"acme","repo":"app","run_id":"20000000001"}],"has_more":true}}""", "next_token is missing")]
    [InlineData("""{"data":{"detections":[],"has_more":true,"next_token":"#"}}""", "3 empty pages")]
    public async Task Pages_without_an_end_are_told_and_do_not_hang(string body, string expected)
    {
        await using var rig = await ApiRig.StartAsync();
        rig.Server.Body = request => body.Replace("#", request.Index.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        await using var source = rig.Run();
        await source.PausedAsync();

        Assert.False(rig.Health.Ok);
        Assert.Contains(expected, rig.Health.Reason, StringComparison.Ordinal);
        Assert.InRange(rig.Server.Requests.Count, 1, 3);
        Assert.Equal(body.Contains("run_id", StringComparison.Ordinal) ? [1] : [], rig.Numbers());

        rig.Server.Body = _ => null;
        await source.PollAsync();
        Assert.True(rig.Health.Ok);
    }

    [Fact]
    public async Task A_page_that_never_comes_does_not_keep_new_detections_waiting()
    {
        await using var rig = await ApiRig.StartAsync();
        for (var i = 0; i < 250; i++) rig.Add(i, Minute * i);
        rig.Server.Fault = request => request["next_token"] is null ? null : FakeApiFault.Failed;
        await using var source = rig.Run();
        await rig.UntilAsync(() => rig.Server.Requests.Count >= 8, TimeSpan.FromSeconds(10));
        rig.Add(2000, TimeSpan.Zero);
        await rig.UntilAsync(() => rig.Numbers().Contains(2000), TimeSpan.FromSeconds(10));

        Assert.Equal(StepExport.Sources.StepSecurity.Feed.AttemptsPerPage, rig.Server.Requests.Skip(1).TakeWhile(request => request["next_token"] is not null).Count());
        Assert.False(rig.Health.Ok);
    }

    [Fact]
    public async Task A_run_that_ends_does_not_look_complete_when_it_is_not()
    {
        await using var rig = await ApiRig.StartAsync();
        rig.Server.Body = _ => """{"data":{"detections":[],"has_more":true}}""";
        var error = await Assert.ThrowsAsync<IOException>(() => rig.ReadOnceAsync());
        Assert.Contains("next_token is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_ends_a_page_that_is_under_way()
    {
        await using var rig = await ApiRig.StartAsync();
        var never = new TaskCompletionSource();
        rig.Server.Fault = _ => FakeApiFault.Late(never.Task);
        await using var source = rig.Run();
        await rig.UntilAsync(() => rig.Server.Requests.Count == 1);
        await source.StopAsync();
        Assert.True(source.Run.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task An_answer_that_does_not_come_in_time_is_asked_for_again()
    {
        await using var rig = await ApiRig.StartAsync();
        rig.Add(1, Minute);
        var never = new TaskCompletionSource();
        rig.Server.Fault = request => request.Index == 0 ? FakeApiFault.Late(never.Task) : null;
        await using var source = rig.Run();
        await rig.UntilAsync(() => rig.Server.Requests.Count == 1);
        rig.Time.Advance(TimeSpan.FromMinutes(9));
        await rig.UntilAsync(() => rig.Numbers().Any(), TimeSpan.FromMilliseconds(100));

        Assert.Equal(2, rig.Server.Requests.Count);
    }
}
