using StepExport.Testing.StepSecurity;

namespace StepExport.EndToEndTests;

/// <summary>What happens to 10,000 detections of all types: some come while others are read, and many change their state once the
/// one before has been exported, so that every state is shown long enough.</summary>
internal sealed class DetectionStory
{
    private const int Detections = 10_000;
    private const int ThereAtFirst = 8_000;
    private readonly FakeApiStore _store;
    private readonly HashSet<(int Number, string State)> _seen = [];
    private int _next;

    public DetectionStory(FakeApiStore store)
    {
        _store = store;
        var now = TimeProvider.System.GetUtcNow();
        // The oldest is five and a half days old: within the depth of a sweep
        for (; _next < ThereAtFirst; _next++) store.Add(_next, now - TimeSpan.FromMinutes(ThereAtFirst - _next), Path(_next)[0]);
        Expected = [.. Enumerable.Range(0, Detections).SelectMany(number => Path(number).Select(state => (number, state)))];
    }

    /// <summary>Every detection with every state it ever has.</summary>
    public IReadOnlyList<(int Number, string State)> Expected { get; }

    /// <summary>The finding has been exported: the story goes on.</summary>
    public void Seen((int Number, string State) finding)
    {
        if (!_seen.Add(finding)) return;
        var path = Path(finding.Number);
        var at = Array.IndexOf(path, finding.State);
        if (at < path.Length - 1) _store.Move(finding.Number, path[at + 1]);
        // One that joins at the top shifts every page behind it
        if (_seen.Count % 4 == 0 && _next < Detections) _store.Add(_next, TimeProvider.System.GetUtcNow(), Path(_next++)[0]);
    }

    private static string[] Path(int number) => (number % 20) switch
    {
        0 or 7 or 11 => ["new", "suppressed"],
        3 or 5 or 13 => ["new", "resolved"],
        9 => ["new", "suppressed", "resolved"],
        17 => ["suppressed"],
        _ => ["new"],
    };
}
