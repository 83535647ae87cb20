using System.Collections.Concurrent;

namespace StepExport.Checks;

/// <summary>Remembers for a short time what GitHub said of who is in which team. Thread-safe.</summary>
/// <param name="isMember">Asks GitHub (org, team, login); throws an <see cref="IOException"/> when it gives no answer.</param>
/// <param name="time">For how long an answer is good.</param>
internal sealed class TeamMemory(Func<string, string, string, CancellationToken, Task<bool>> isMember, TimeProvider time)
{
    /// <summary>Who was taken out of a team is let in for this long at most.</summary>
    private static readonly TimeSpan YesIsGood = TimeSpan.FromMinutes(1);

    /// <summary>Who was just put into it is not to be refused for much longer than it takes to try again.</summary>
    private static readonly TimeSpan NoIsGood = TimeSpan.FromSeconds(5);

    /// <summary>People who only try are not to fill the memory.</summary>
    private const int Most = 1000;

    private readonly ConcurrentDictionary<(string Org, string Team, string Login), (bool IsMember, long At)> _answers = new();

    /// <exception cref="IOException">GitHub gave no answer; nothing is remembered of that.</exception>
    public async Task<bool> IsMemberAsync(string org, string team, string login, CancellationToken stop)
    {
        var key = (org, team, login.ToLowerInvariant());
        if (_answers.TryGetValue(key, out var known) && time.GetElapsedTime(known.At) < (known.IsMember ? YesIsGood : NoIsGood)) return known.IsMember;
        var asked = time.GetTimestamp();
        var answer = await isMember(org, team, login, stop);
        if (_answers.Count >= Most) _answers.Clear();
        _answers[key] = (answer, asked);
        return answer;
    }
}
