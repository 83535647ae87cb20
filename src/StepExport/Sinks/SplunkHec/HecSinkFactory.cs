using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Core.Ocsf;
using StepExport.Sinks.Http;

namespace StepExport.Sinks.SplunkHec;

internal sealed class HecSinkFactory() : SinkFactory<HecConfig>("splunk_hec")
{
    public override void Validate(HecConfig config, ConfigProblems problems)
    {
        ValidateEndpoints(config.Endpoints, problems);
        if (config.Acknowledgement is "auto" or "required")
            problems.Add("acknowledgement", $"{config.Acknowledgement} is not there yet in this version; write off");
        else if (config.Acknowledgement != "off")
            problems.Add("acknowledgement", $"'{config.Acknowledgement}' is not a mode; write off");
        if (config.Proxy is not null) HttpAddress.Read("proxy", config.Proxy, "http://proxy:3128", problems);
        if (config.ConnectTimeout.Value > config.Timeout.Value)
            problems.Add("connectTimeout", $"{config.ConnectTimeout} is more than timeout {config.Timeout}; lower it or raise timeout");
        problems.AddIfBlank("index", config.Index);
        problems.AddIfBlank("host", config.Host);
        problems.AddIfBlank("source", config.Source);
        problems.AddIfBlank("sourcetype", config.Sourcetype);
        TlsFiles.Validate(config.Tls, problems);
    }

    /// <exception cref="IOException">A file under <c>tls</c> cannot be read.</exception>
    public override ISink Create(string name, HecConfig config, SinkContext context)
    {
        if (!HecEndpoint.TryParse(config.Endpoints[0], out var endpoint, out var problem)) throw new ArgumentException(problem, nameof(config));
        var proxy = config.Proxy is null ? null : new Uri(config.Proxy);
        var handler = HttpHandlers.Create(config.Tls, proxy, config.ConnectTimeout, maxConnections: config.InFlight);
        var client = new HecClient(endpoint, config.Token, handler, context.Time);
        var encoder = new HecEncoder(config, new RecordFormat(config.ToOcsfVersion()));
        return new HecSink(client, encoder, new(gzip: config.Compression == "gzip"), context.Metrics, context.Loggers.CreateLogger($"splunk_hec.{name}"));
    }

    private static void ValidateEndpoints(IReadOnlyList<string> endpoints, ConfigProblems problems)
    {
        if (endpoints.Count > 1) problems.Add("endpoints", "several endpoints are not there yet in this version; name exactly one (a load balancer's address will do)");
        for (var i = 0; i < endpoints.Count; i++)
        {
            if (!HecEndpoint.TryParse(endpoints[i], out var endpoint, out var problem))
                problems.Add($"endpoints[{i}]", problem);
            else if (endpoint.Event.Scheme == "http")
                problems.Warn($"endpoints[{i}]", "http: the token and the events travel unencrypted");
        }
    }
}
