using Confluent.Kafka;

namespace StepExport.Sinks.Kafka;

/// <summary>The reports on the records of one send. Filled by the client's thread, awaited by the sink.</summary>
/// <remarks>A receipt and its delegate are made once per place in a batch, not per record. They are used again only when every
/// report is in, or the client that could still bring one is gone.</remarks>
internal sealed class KafkaSend
{
    /// <summary>Not reported on. Error codes are small.</summary>
    public const ErrorCode Open = (ErrorCode)int.MinValue;

    private readonly Lock _lock = new();
    private readonly List<Action<DeliveryReport<byte[]?, byte[]>>> _receipts = [];
    private ErrorCode[] _codes = [];
    private int _count;
    private int _outstanding;
    private TaskCompletionSource _completed = Signal();
    private TaskCompletionSource _room = Signal();

    /// <summary>What became of the records; <see cref="Open"/> where nothing is known.</summary>
    public Span<ErrorCode> Codes => _codes.AsSpan(0, _count);

    /// <summary>Completed when all reports are in, or the client said that none will come.</summary>
    public Task Completed => _completed.Task;

    /// <summary>Reports that have not come.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding);

    /// <summary>Why it makes no sense to wait for the rest.</summary>
    public Error? GivenUp { get; private set; }

    /// <summary>The client said that it cannot go on.</summary>
    public bool IsFatal { get; private set; }

    /// <summary>Begins a send of so many records.</summary>
    public void Begin(int records)
    {
        while (_receipts.Count < records) _receipts.Add(Receipt(_receipts.Count));
        if (_codes.Length < records) _codes = new ErrorCode[records];
        _count = records;
        Codes.Fill(Open);
        lock (_lock) (GivenUp, IsFatal) = (null, false);
        HandOverMore();
    }

    /// <summary>Records are about to be handed over; until <see cref="AllHandedOver"/> the end is not seen.</summary>
    public void HandOverMore()
    {
        lock (_lock)
        {
            _outstanding = 1;
            _completed = Signal();
        }
    }

    /// <summary>Where the report on the record at this place goes.</summary>
    public Action<DeliveryReport<byte[]?, byte[]>> Expect(int index)
    {
        Interlocked.Increment(ref _outstanding);
        return _receipts[index];
    }

    /// <summary>The client did not take the record: no report will come.</summary>
    public void NotTaken(int index, Error error)
    {
        _codes[index] = error.Code;
        Interlocked.Decrement(ref _outstanding);
        if (error.IsFatal) GiveUp(error);
    }

    /// <summary>Every record was handed over.</summary>
    public void AllHandedOver() => CountDown();

    /// <summary>Completes when a report has come since, so that the client's queue has room.</summary>
    public Task RoomAsync()
    {
        lock (_lock)
        {
            _room = Signal();
            return Outstanding <= 1 || GivenUp is not null ? Task.CompletedTask : _room.Task;
        }
    }

    /// <summary>Ends the waiting, because the client cannot reach its aim.</summary>
    public void GiveUp(Error error)
    {
        lock (_lock)
        {
            GivenUp ??= error;
            IsFatal |= error.IsFatal;
            _room.TrySetResult();
            _completed.TrySetResult();
        }
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Action<DeliveryReport<byte[]?, byte[]>> Receipt(int index) => report =>
    {
        _codes[index] = report.Error.Code;
        if (report.Error.IsFatal) IsFatal = true;
        CountDown();
    };

    private void CountDown()
    {
        if (Interlocked.Decrement(ref _outstanding) == 0) _completed.TrySetResult();
        if (_room.Task.IsCompleted) return;
        lock (_lock) _room.TrySetResult();
    }
}
