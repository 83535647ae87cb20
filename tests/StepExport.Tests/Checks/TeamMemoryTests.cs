using Microsoft.Extensions.Time.Testing;
using StepExport.Checks;

namespace StepExport.Tests.Checks;

public sealed class TeamMemoryTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _asked = [];
    private Func<bool> _answer = () => true;

    [Fact]
    public async Task Remembers_a_yes_for_a_minute_and_a_no_for_seconds()
    {
        var memory = Memory();
        Assert.True(await AskAsync(memory, "Jane"));
        _answer = () => false;
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.True(await AskAsync(memory, "jane"));
        Assert.False(await AskAsync(memory, "joe"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await AskAsync(memory, "jane"));

        _answer = () => true;
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(await AskAsync(memory, "jane"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await AskAsync(memory, "jane"));
        Assert.Equal(["acme/soc Jane", "acme/soc joe", "acme/soc jane", "acme/soc jane"], _asked);
    }

    [Fact]
    public async Task Remembers_nothing_where_GitHub_gave_no_answer()
    {
        var memory = Memory();
        _answer = () => throw new IOException("GitHub answers 503");
        await Assert.ThrowsAsync<IOException>(() => AskAsync(memory, "jane"));
        _answer = () => true;
        Assert.True(await AskAsync(memory, "jane"));
    }

    [Fact]
    public async Task Forgets_all_when_there_are_too_many()
    {
        var memory = Memory();
        for (var i = 0; i < 1001; i++) await AskAsync(memory, $"jane{i}");
        await AskAsync(memory, "jane0");
        Assert.Equal(1002, _asked.Count);
    }

    private TeamMemory Memory() => new(
        (org, team, login, _) =>
        {
            _asked.Add($"{org}/{team} {login}");
            return Task.FromResult(_answer());
        },
        _time);

    private static Task<bool> AskAsync(TeamMemory memory, string login) => memory.IsMemberAsync("acme", "soc", login, TestContext.Current.CancellationToken);
}
