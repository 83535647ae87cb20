namespace StepExport.Core.DeadLetters;

/// <summary>The dead letters in SQLite. Thread-safe.</summary>
internal sealed class DeadLetterStore : IDisposable
{
    /// <summary>Opens or creates the database file.</summary>
    public static DeadLetterStore Open(string path, TimeProvider time) => throw new NotImplementedException($"{path} {time}");

    public long Count { get; }

    /// <summary>Durable on return. The same letter (component, sequence or position, bytes) added twice is kept once: a crash
    /// between this and the cursor makes it come again.</summary>
    public void Add(IReadOnlyCollection<DeadLetter> letters) => throw new NotImplementedException($"{letters}");

    public void Dispose()
    {
    }
}
