using System.Buffers;
using StepExport.Core.Delivery;
using StepExport.Core.Formats;
using StepExport.Core.Telemetry;
using IOPath = System.IO.Path;

namespace StepExport.Sinks.File;

/// <summary>Where the file lies, when a new one is begun (null = never), and who may read it.</summary>
internal sealed record FileSinkSettings(string Path, long? RotateSize, TimeSpan? RotateAge)
{
    /// <summary>Of a file that is made; one that is there keeps its own.</summary>
    public UnixFileMode Mode { get; init; } = (UnixFileMode)0b110_100_000;
}

/// <summary>Appends findings to a file as NDJSON. A batch is delivered when it is fsynced.</summary>
/// <remarks>
/// Concurrent sends take turns. A write that fails is taken back, so that a batch is in the file whole or not at all; a line
/// torn by a crash is cut at the next opening. Rotation is looked at before each batch, so an idle file is left as it is.
/// </remarks>
internal sealed partial class FileSink(FileSinkSettings settings, RecordFormat format, SinkMetrics metrics, TimeProvider time, ILogger logger) : ISink
{
    private readonly string _path = IOPath.GetFullPath(settings.Path);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ArrayBufferWriter<byte> _lines = new();
    private readonly ArrayBufferWriter<byte> _scratch = new();
    private NdjsonFile? _file;

    public async ValueTask<SendResult> SendAsync(Batch batch, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            Encode(batch);
            var file = FileFor(batch[0].Sequence);
            file.Append(_lines.WrittenSpan);
            metrics.AddBytesSent(_lines.WrittenCount);
            return SendResult.Delivered;
        }
        catch (Exception e) when (e is InvalidDataException or UnauthorizedAccessException)
        {
            Close();
            return SendResult.Retry($"{_path}: {e.Message}", needsOperator: true);
        }
        catch (IOException e)
        {
            // After a failed write or fsync nothing is known of the pages in memory: the file is opened and mended anew.
            Close();
            return SendResult.Retry($"{_path}: {e.Message}");
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task<CheckResult> CheckAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _file ??= Open();
            return new(true, $"{_path} can be written");
        }
        catch (Exception e) when (e is InvalidDataException or UnauthorizedAccessException or IOException)
        {
            return new(false, $"{_path}: {e.Message}");
        }
        finally
        {
            _turn.Release();
        }
    }

    public ValueTask DisposeAsync()
    {
        Close();
        _turn.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Encode(Batch batch)
    {
        _lines.ResetWrittenCount();
        foreach (ref readonly var record in batch.Records)
        {
            _lines.Write(format.Render(record.Body.Span, _scratch));
            _lines.Write("\n"u8);
        }
    }

    private NdjsonFile FileFor(long sequence)
    {
        if (_file is not null && !_file.IsInPlace()) Close();
        var file = _file ??= Open();
        if (file.Length == 0 || !IsDue(file)) return file;
        var rotated = RotatedName.Choose(_path, time.GetUtcNow(), sequence);
        file.MoveTo(rotated);
        Log.Rotated(logger, _path, rotated);
        Close();
        return _file = Open();
    }

    private bool IsDue(NdjsonFile file) =>
        file.Length + _lines.WrittenCount > settings.RotateSize || time.GetUtcNow() - file.CreatedAt >= settings.RotateAge;

    private NdjsonFile Open()
    {
        var file = NdjsonFile.Open(_path, settings.Mode, time);
        if (file.Cut > 0) Log.Mended(logger, _path, file.Cut);
        return file;
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 401, Level = LogLevel.Information, Message = "{Path}: finished as {Rotated}")]
        public static partial void Rotated(ILogger logger, string path, string rotated);

        [LoggerMessage(EventId = 402, Level = LogLevel.Warning, Message = "{Path}: {Bytes} bytes of a line that a crash had torn were cut off; its record is sent again")]
        public static partial void Mended(ILogger logger, string path, long bytes);
    }
}
