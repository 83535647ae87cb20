namespace StepExport.Configuration;

/// <summary>Every kind of source and sink that the program knows.</summary>
internal sealed record ComponentFactories(IReadOnlyList<ISourceFactory> Sources, IReadOnlyList<ISinkFactory> Sinks);

/// <summary>Spares a source's factory the casts.</summary>
internal abstract class SourceFactory<TConfig>(string type) : ISourceFactory
    where TConfig : SourceConfig
{
    public string Type => type;

    public Type ConfigType => typeof(TConfig);

    void ISourceFactory.Validate(SourceConfig config, ConfigProblems problems) => Validate((TConfig)config, problems);

    Core.Ingest.ISource ISourceFactory.Create(string name, SourceConfig config, SourceContext context) => Create(name, (TConfig)config, context);

    public abstract void Validate(TConfig config, ConfigProblems problems);

    public abstract Core.Ingest.ISource Create(string name, TConfig config, SourceContext context);
}

/// <summary>Spares a sink's factory the casts.</summary>
internal abstract class SinkFactory<TConfig>(string type) : ISinkFactory
    where TConfig : SinkConfig
{
    public string Type => type;

    public Type ConfigType => typeof(TConfig);

    void ISinkFactory.Validate(SinkConfig config, ConfigProblems problems) => Validate((TConfig)config, problems);

    Core.Delivery.ISink ISinkFactory.Create(string name, SinkConfig config, SinkContext context) => Create(name, (TConfig)config, context);

    public abstract void Validate(TConfig config, ConfigProblems problems);

    public abstract Core.Delivery.ISink Create(string name, TConfig config, SinkContext context);
}
