using StepExport.Core.Delivery;
using StepExport.Core.Model;

namespace StepExport.Sinks.SplunkHec;

/// <summary>A batch, taken apart into requests: by route, and by address where the raw endpoint's metadata differ.</summary>
internal sealed class SplitBatch
{
    /// <summary>Requests made of one batch at a time; what is left over follows when they are through.</summary>
    public const int MostParts = 16;

    private readonly Batch _batch;
    private readonly List<(HecRoute Route, string? Target, List<int> Positions)> _parts = [];
    private readonly List<int> _later = [];

    /// <param name="batch">At least one record.</param>
    /// <param name="routeOf">The route of a record.</param>
    public SplitBatch(Batch batch, RouteOf routeOf)
    {
        _batch = batch;
        var current = -1;
        for (var i = 0; i < batch.Count; i++)
        {
            ref readonly var record = ref batch.Records[i];
            var route = routeOf(record);
            var target = route.TargetVaries ? route.Target(record) : null;

            // Neighbours often belong together.
            if (current < 0 || _parts[current].Route != route || _parts[current].Target != target)
                current = _parts.FindIndex(p => p.Route == route && p.Target == target);
            if (current < 0 && _parts.Count < MostParts)
            {
                current = _parts.Count;
                _parts.Add((route, target, []));
            }

            (current < 0 ? _later : _parts[current].Positions).Add(i);
        }
    }

    public delegate HecRoute RouteOf(in ExportRecord record);

    /// <summary>The one route, when the whole batch fits into one request.</summary>
    public HecRoute? Single => _parts is [var only] && _later.Count == 0 ? only.Route : null;

    /// <summary>Sends the parts at the same time and joins what became of them.</summary>
    /// <param name="send">Sends one part; its order is the batch's.</param>
    /// <param name="nameOf">A route's name for messages; empty = none.</param>
    /// <param name="cancellationToken">What it stops is to be sent again; the other parts count.</param>
    /// <exception cref="OperationCanceledException">Not one part was finished.</exception>
    public async ValueTask<SendResult> SendAsync(
        Func<HecRoute, Batch, CancellationToken, ValueTask<SendResult>> send, Func<HecRoute, string> nameOf, CancellationToken cancellationToken)
    {
        var results = (await Task.WhenAll(_parts.Select(p => SendPartAsync(p.Route, p.Positions, send, nameOf, cancellationToken)))).ToList();
        if (results.TrueForAll(r => r.IsCancelled)) cancellationToken.ThrowIfCancellationRequested();
        if (_later.Count > 0) results.Add(new("", _later, SendResult.Retry("waits for other records of its batch", retryAfter: TimeSpan.Zero)));
        return PartResult.Join(_batch.Count, results);
    }

    private async Task<PartResult> SendPartAsync(
        HecRoute route,
        List<int> positions,
        Func<HecRoute, Batch, CancellationToken, ValueTask<SendResult>> send,
        Func<HecRoute, string> nameOf,
        CancellationToken cancellationToken)
    {
        var records = new Batch(positions.Select(i => _batch[i]).ToArray());
        try
        {
            return new(nameOf(route), positions, await send(route, records, cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // The other parts may have been delivered, and must not be sent again because of this one.
            return new(nameOf(route), positions, SendResult.Retry("no answer in time")) { IsCancelled = true };
        }
    }
}
