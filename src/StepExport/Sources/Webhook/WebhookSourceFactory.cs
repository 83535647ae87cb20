using StepExport.Configuration;
using StepExport.Core.Ingest;

namespace StepExport.Sources.Webhook;

/// <summary>Makes sources of type <c>webhook</c>.</summary>
internal sealed class WebhookSourceFactory() : SourceFactory<WebhookConfig>("webhook")
{
    public override void Validate(WebhookConfig config, ConfigProblems problems) => WebhookRules.Validate(config, problems);

    public override ISource Create(string name, WebhookConfig config, SourceContext context) => new WebhookSource(name, config, context);
}
