using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Core.Journal;

namespace StepExport.Benchmarks;

/// <summary>Append (with checksum and fsync, on the real disk) and read, per record of 3.5 KB.</summary>
[MemoryDiagnoser]
public class JournalBenchmarks : IDisposable
{
    private const int RecordsPerSubmission = 100;
    private const int Submissions = 64;
    private const int Records = RecordsPerSubmission * Submissions;
    private const int BodyLength = 3_500;

    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"stepexport-bench-{Environment.ProcessId}");
    private Submission? _submission;
    private readonly Task[] _appends = new Task[Submissions];
    private SegmentJournal? _journal;
    private JournalReader? _writerSide;
    private int _readers;

    [GlobalSetup]
    public async Task SetUp()
    {
        var body = new byte[BodyLength];
        new Random(1).NextBytes(body);
        _submission = new();
        for (var i = 0; i < RecordsPerSubmission; i++) Testing.Journal.Submissions.Add(_submission, body);
        _journal = SegmentJournal.Open(new() { Directory = _directory }, new FileJournalStorage(), TimeProvider.System, NullLoggerFactory.Instance);
        _writerSide = _journal.OpenReader("bench");
        await Append();
    }

    [GlobalCleanup]
    public async Task CleanUp()
    {
        _writerSide?.Dispose();
        if (_journal is not null) await _journal.DisposeAsync();
        Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    public void Dispose()
    {
        _submission?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Submissions that overlap, as from several sources: group commit shares the fsync.</summary>
    [Benchmark(OperationsPerInvoke = Records)]
    public async Task Append()
    {
        for (var i = 0; i < _appends.Length; i++) _appends[i] = _journal!.AppendAsync(_submission!, CancellationToken.None).AsTask();
        await Task.WhenAll(_appends);
        // Delivered at once, so that old segments go and the disk does not fill.
        _writerSide!.Commit(_journal!.DurableSequence - Records);
    }

    /// <summary>A new sink reads what there is.</summary>
    [Benchmark(OperationsPerInvoke = Records)]
    public long Read()
    {
        using var reader = _journal!.OpenReader($"reader {_readers++}");
        long bytes = 0;
        for (var i = 0; i < Records && reader.TryRead(out var record); i++) bytes += record.Encoded.Length;
        return bytes;
    }
}
