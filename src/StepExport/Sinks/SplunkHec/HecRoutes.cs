using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Core.Model;

namespace StepExport.Sinks.SplunkHec;

/// <summary>The tokens of one sink. Every record belongs to the first one that takes it; a batch of one token goes through as it
/// is.</summary>
/// <param name="all">The last one takes everything.</param>
internal sealed class HecRoutes(IReadOnlyList<HecRoute> all)
{
    public IReadOnlyList<HecRoute> All => all;

    /// <summary>The further tokens in their order, then the default one, which takes what they leave.</summary>
    public static HecRoutes Create(HecConfig config, TimeProvider time, ILogger log)
    {
        var mode = Enum.Parse<HecAcknowledgementMode>(config.Acknowledgement, ignoreCase: true);
        var format = config.ToRecordFormat();
        var routes = new List<HecRoute>();
        foreach (var token in config.Tokens ?? [])
            routes.Add(Route($"tokens[{routes.Count}]", token.Where.ToFilter(), token.Token, HecMetadata.Of(config, token)));
        routes.Add(Route("token", RecordFilter.All, config.Token, HecMetadata.Of(config)));
        return new(routes);

        HecRoute Route(string name, RecordFilter where, Secret token, HecMetadata metadata)
        {
            var index = metadata.Index is null ? null : HecMetadata.Parse(metadata.Index);
            var indexes = new HecIndexes(index, config.FallbackIndex, config.AllowedIndexes, time, log);
            IHecEncoder encoder = config.Collector == "raw" ? new HecRawEncoder(metadata, indexes, format) : new HecEncoder(metadata, indexes, format);
            return new(name, where, new(token), encoder, indexes, new(mode, name, log));
        }
    }

    /// <summary>Sends every record with its token.</summary>
    /// <param name="batch">Everything.</param>
    /// <param name="send">Sends records of one route that fit into one request.</param>
    /// <param name="cancellationToken">Gives up what is not finished.</param>
    public async ValueTask<SendResult> SendAsync(
        Batch batch, Func<HecRoute, Batch, CancellationToken, ValueTask<SendResult>> send, CancellationToken cancellationToken)
    {
        if (all is [{ TargetVaries: false } only]) return await send(only, batch, cancellationToken);
        var split = new SplitBatch(batch, Of);
        return split.Single is { } route
            ? await send(route, batch, cancellationToken)
            : await split.SendAsync(send, route => all.Count == 1 ? "" : route.Name, cancellationToken);
    }

    private HecRoute Of(in ExportRecord record)
    {
        foreach (var route in all)
        {
            if (route.Takes(record)) return route;
        }

        return all[^1];
    }
}
