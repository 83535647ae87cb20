using Confluent.Kafka;
using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;

namespace StepExport.Sinks.Kafka;

/// <summary>Produces every record of a batch and waits for the brokers' word on each.</summary>
/// <remarks>
/// One send at a time: the client pipelines inside a batch, and a second batch would overtake the records of the first that are
/// sent again. A client that has proven nothing yet is tried with one record: what a wrong login or a missing broker then
/// leaves behind in it is one record, and not a batch.
/// </remarks>
/// <param name="connection">The client.</param>
/// <param name="topics">Where the records go.</param>
/// <param name="messages">What they become.</param>
/// <param name="maxMessageBytes">Largest message.</param>
/// <param name="metrics">Bytes of key, headers and value count as sent when they are handed to the client; what went over the wire
/// after compression is known only later and is the gauge <c>kafka_transmitted_bytes_total</c>.</param>
internal sealed class KafkaSink(KafkaConnection connection, TopicNames topics, MessageBuilder messages, long maxMessageBytes, SinkMetrics metrics) : ISink
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly KafkaSend _send = connection.Send;
    private string?[]? _rejections;
    private int _sends;

    public async ValueTask<SendResult> SendAsync(Batch batch, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!connection.TryOpen(out var producer, out var problem)) return SendResult.Retry(problem, needsOperator: true);
            return await SendAsync(producer, batch, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public Task<CheckResult> CheckAsync(CancellationToken cancellationToken) => connection.CheckAsync(topics.Constant, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        _turn.Dispose();
    }

    private async ValueTask<SendResult> SendAsync(IProducer<byte[]?, byte[]> producer, Batch batch, CancellationToken cancellationToken)
    {
        _sends++;
        _rejections = null;
        _send.Begin(batch.Count);
        try
        {
            var first = 0;
            if (!connection.IsProven && batch.Count > 1)
            {
                first = await HandOverAsync(producer, batch, 0, 1, cancellationToken);
                await connection.WaitForReportsAsync(producer, cancellationToken);
                if (!IsPassable(_send.Codes[0])) return await ConcludeAsync(batch);
                _send.HandOverMore();
            }

            await HandOverAsync(producer, batch, first, batch.Count, cancellationToken);
            await connection.WaitForReportsAsync(producer, cancellationToken);
            return await ConcludeAsync(batch);
        }
        finally
        {
            // What the client still holds would come late, behind or beside what is sent again.
            if (_send.Outstanding > 0) await connection.CloseAsync();
        }
    }

    /// <summary>Whether the rest of the batch can be sent although this is what became of the first record.</summary>
    private bool IsPassable(ErrorCode code) =>
        _rejections?[0] is not null || code == ErrorCode.NoError || KafkaErrors.Of(code).Verdict is KafkaVerdict.TooLarge or KafkaVerdict.Invalid;

    private async ValueTask<int> HandOverAsync(IProducer<byte[]?, byte[]> producer, Batch batch, int first, int end, CancellationToken cancellationToken)
    {
        long bytes = 0;
        for (var next = first; (next = HandOver(producer, batch, next, end, ref bytes)) < end && _send.GivenUp is null;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await _send.RoomAsync().WaitAsync(cancellationToken);
        }

        _send.AllHandedOver();
        metrics.AddBytesSent(bytes);
        return end;
    }

    /// <returns>The first record that the client has no room for; <paramref name="end"/> when it took all.</returns>
    private int HandOver(IProducer<byte[]?, byte[]> producer, Batch batch, int first, int end, ref long bytes)
    {
        var records = batch.Records[..end];
        for (var i = first; i < records.Length && _send.GivenUp is null; i++)
        {
            var topic = topics.Of(records[i]);
            if (topic.Forbidden is { } forbidden)
            {
                Reject(i, batch.Count, forbidden);
                continue;
            }

            if (topic.TroubleIn(_sends) is { } trouble)
            {
                _send.Codes[i] = trouble;
                continue;
            }

            var size = messages.Build(records[i]);
            if (size > maxMessageBytes)
            {
                Reject(i, batch.Count, TooLarge(size));
                continue;
            }

            try
            {
                producer.Produce(topic.Anywhere, messages.Message, _send.Expect(i));
                bytes += size;
            }
            catch (ProduceException<byte[]?, byte[]> e)
            {
                _send.NotTaken(i, e.Error);
                if (e.Error.Code == ErrorCode.Local_QueueFull) return i;
                if (e.Error.Code == ErrorCode.MsgSizeTooLarge) Reject(i, batch.Count, TooLarge(size));
                else topic.SetTrouble(_sends, e.Error.Code);
            }
        }

        return end;
    }

    private void Reject(int index, int count, string reason) => (_rejections ??= new string?[count])[index] = reason;

    private string TooLarge(int size) => FormattableString.Invariant($"the message has {size} bytes with key and headers; maxMessageBytes allows {maxMessageBytes}");

    private async ValueTask<SendResult> ConcludeAsync(Batch batch)
    {
        connection.CloseReports();
        var (result, rebuild) = KafkaOutcome.Read(_send.Codes, _rejections, i => topics.Of(batch[i]).TookSome, connection.Trouble);
        Remember(batch, result);

        // A refusal is an answer, too.
        connection.IsProven = result.Outcome != RecordOutcome.Retry || _send.Codes.Contains(ErrorCode.NoError);
        if (rebuild || _send.IsFatal) await connection.CloseAsync();
        return result;
    }

    private void Remember(Batch batch, SendResult result)
    {
        // Per topic and not per record where all went well, which is nearly always.
        if (topics.Constant is not null && result.Outcome == RecordOutcome.Delivered)
        {
            topics.Of(batch[0]).Accepted();
            return;
        }

        var codes = _send.Codes;
        for (var i = 0; i < codes.Length; i++)
        {
            if (codes[i] == ErrorCode.NoError) topics.Of(batch[i]).Accepted();
            else if (codes[i] == ErrorCode.InvalidRecord) topics.Of(batch[i]).Refused();
        }
    }
}
