using System.Threading.Channels;
using StepExport.Core.Telemetry;

namespace StepExport.Logs;

/// <summary>Lines that wait for Splunk, up to a bound of lines and of bytes. What comes beyond it is counted: the oldest lines stay,
/// for they tell how the trouble began. Thread-safe, never waits.</summary>
internal sealed class LogQueue
{
    public const int MaxLines = 10_000;
    public const int MaxBytes = 8_000_000;

    private readonly Channel<byte[]> _lines = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(MaxLines)
    {
        FullMode = BoundedChannelFullMode.Wait,
        SingleReader = true,
    });

    private long _bytes;
    private long _shipped;
    private long _lost;
    private long _told;

    /// <summary>Lines as of now.</summary>
    public LogStatus Status => new(Volatile.Read(ref _shipped), Volatile.Read(ref _lost));

    /// <summary>Keeps the line, or counts it as lost.</summary>
    public void Add(byte[] line)
    {
        if (Interlocked.Add(ref _bytes, line.Length) <= MaxBytes && _lines.Writer.TryWrite(line)) return;
        Interlocked.Add(ref _bytes, -line.Length);
        Lose(1);
    }

    public void Shipped(int lines) => Interlocked.Add(ref _shipped, lines);

    public void Lose(int lines) => Interlocked.Add(ref _lost, lines);

    /// <summary>Lines lost that nobody has been told of yet.</summary>
    public long TakeUntold()
    {
        var lost = Volatile.Read(ref _lost);
        return lost - Interlocked.Exchange(ref _told, lost);
    }

    public bool TryTake(int roomBytes, out byte[] line)
    {
        if (!_lines.Reader.TryPeek(out line!) || line.Length > roomBytes || !_lines.Reader.TryRead(out line!)) return false;
        Interlocked.Add(ref _bytes, -line.Length);
        return true;
    }

    /// <summary>True when there is a line; false when the queue is closed and empty.</summary>
    public ValueTask<bool> WaitAsync() => _lines.Reader.WaitToReadAsync();

    /// <summary>Takes nothing more.</summary>
    public void Close() => _lines.Writer.TryComplete();

    /// <summary>Gives up what is left.</summary>
    public void Abandon()
    {
        Close();
        while (TryTake(int.MaxValue, out _)) Lose(1);
    }
}
