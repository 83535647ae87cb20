using Amazon.Runtime;
using StepExport.Aws;
using StepExport.Core.Ingest;
using StepExport.Core.Telemetry;

namespace StepExport.Sources.S3;

/// <summary>Reads one object after the other into the ingress: from its position on, over broken connections, to its end.</summary>
internal sealed class ObjectReader(
    S3SourceConfig config, Bucket bucket, S3Connection connection, SourceRetry retry, Ingress ingress) : IDisposable
{
    /// <summary>How <see cref="JoinedHealth"/> names what fails here.</summary>
    private const string Part = "the object at hand";

    /// <summary>Attempts in a row without a single new detection, while the bucket can be listed: then it is this object that ails.</summary>
    private const int AttemptsWithoutProgress = 5;

    private readonly DetectionSplitter _splitter = new((int)config.MaxEventSize.Bytes);
    private Task<ObjectBody>? _ahead;
    private bool _whichever;
    private int _failures;
    private long _reached;

    /// <summary>Reads an object; its position moves with what was added to the ingress.</summary>
    /// <param name="current">Which one, and from where on.</param>
    /// <param name="ahead">The object, if it was opened already.</param>
    /// <param name="stop">Gives up.</param>
    public Task<ObjectOutcome> ReadAsync(ObjectPosition current, Task<ObjectBody>? ahead, CancellationToken stop)
    {
        (_ahead, _whichever, _failures, _reached) = (ahead, false, 0, current.Position.Offset);
        return retry.UntilAnsweredAsync(Part, token => AttemptAsync(current, token), stop);
    }

    public void Dispose() => _splitter.Dispose();

    private async Task<SourceAnswer<ObjectOutcome>> AttemptAsync(ObjectPosition current, CancellationToken stop)
    {
        var opening = _ahead ?? bucket.OpenAsync(current, _whichever, stop);
        _ahead = null;
        ObjectBody body;
        try
        {
            body = await opening;
        }
        catch (Exception e) when (S3Answers.IsExpected(e, stop))
        {
            return await ExplainAsync(e, current, stop);
        }

        using (body)
        {
            if (_whichever || body.ETag != current.ETag) current.Replace(body.ETag);
            _whichever = false;
            current.IsGzip |= body.IsGzip;
            try
            {
                await TakeAsync(body, current, stop);
                connection.Accepted();
                return SourceAnswer<ObjectOutcome>.Of(ObjectOutcome.Done);
            }
            catch (ObjectReadException e)
            {
                return await ExplainAsync(e, current, stop);
            }
        }
    }

    private async ValueTask TakeAsync(ObjectBody body, ObjectPosition current, CancellationToken stop)
    {
        var origin = KeyText.Address(config.Bucket, current.Key);
        _splitter.Reset(current.Position);
        int count;
        do
        {
            count = await body.ReadAsync(_splitter.Room());
            _splitter.Filled(count);
            if (count == 0) _splitter.Complete();
            while (_splitter.TryRead(out var item))
            {
                current.Position = _splitter.Position;
                await ingress.AddAsync(item, origin, stop);
            }
        }
        while (count > 0);
    }

    private async Task<SourceAnswer<ObjectOutcome>> ExplainAsync(Exception e, ObjectPosition current, CancellationToken stop)
    {
        switch (e)
        {
            case AmazonServiceException gone when ObjectAnswers.IsGone(gone):
                return SourceAnswer<ObjectOutcome>.Of(ObjectOutcome.Done);
            case AmazonServiceException changed when ObjectAnswers.IsOverwritten(changed):
                _whichever = true;
                return Failed(new("it was overwritten", null, TimeSpan.Zero), current);
            case AmazonServiceException refused when ObjectAnswers.Reason(refused) is { } reason:
                return SourceAnswer<ObjectOutcome>.Of(new(AwsErrors.Words(reason, refused)));
            case ObjectReadException { IsDamage: true }:
                return SourceAnswer<ObjectOutcome>.Of(new(e.Message, IsDamage: true));
        }

        // What there is shall not wait for the store
        await ingress.PushAsync(stop);
        _failures = current.Position.Offset > _reached ? 1 : _failures + 1;
        _reached = current.Position.Offset;
        var trouble = e is ObjectReadException ? new(e.Message, null) : connection.Judge(e);
        var isItself = _failures >= AttemptsWithoutProgress && (await bucket.ListAsync(null, 1, stop)).Value is not null;
        return isItself ? SourceAnswer<ObjectOutcome>.Of(new(trouble.ToString())) : Failed(trouble, current);
    }

    private SourceAnswer<ObjectOutcome> Failed(S3Trouble trouble, ObjectPosition current) =>
        Bucket.Failed<ObjectOutcome>(trouble, $"{KeyText.Shown(config.Bucket, current.Key)} cannot be read");
}
