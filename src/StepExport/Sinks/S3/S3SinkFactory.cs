using StepExport.Aws;
using StepExport.Configuration;
using StepExport.Core.Delivery;

namespace StepExport.Sinks.S3;

internal sealed class S3SinkFactory() : SinkFactory<S3Config>("s3")
{
    public override void Validate(S3Config config, ConfigProblems problems) => S3Rules.Validate(config, problems);

    /// <exception cref="IOException">A file under <c>tls</c> cannot be read.</exception>
    public override ISink Create(string name, S3Config config, SinkContext context)
    {
        var log = context.Loggers.CreateLogger($"s3.{name}");
        var counters = new S3Counters(context.Metrics);
        var connection = S3Connection.Open(config, Use(config.Bucket), config.InFlight * ObjectUploader.PartsAtOnce * 2, context.Time);
        return new S3Sink(new(
            ObjectKey.Create(name, config),
            config.ToRecordFormat(),
            Gzip: config.Compression == "gzip",
            S3Spool.MostSizes * config.ToSettings().BatchMaxBytes,
            new SpoolFolder(context.WorkFolder, log),
            new ObjectUploader(connection.Client, new(config), counters, config.PartSize, log),
            connection,
            counters,
            context.Time));
    }

    private static S3Use Use(string bucket) => new(
        $"s3:PutObject and s3:AbortMultipartUpload on {bucket}, and what sse, acl and tags ask for",
        "sse, storageClass, acl, tags or checksum");
}
