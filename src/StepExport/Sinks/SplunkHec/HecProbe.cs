using StepExport.Core.Delivery;
using StepExport.Sinks.Http;

namespace StepExport.Sinks.SplunkHec;

/// <summary>Asks a collector whether it would take events, without writing one.</summary>
internal static class HecProbe
{
    public static async Task<CheckResult> RunAsync(HecClient client, CancellationToken cancellationToken)
    {
        var address = client.Endpoint.GetLeftPart(UriPartial.Authority);
        if (!client.TryAuthorize(out var authorization, out var problem)) return new(false, $"{address}: {problem}.");
        try
        {
            var health = await client.GetHealthAsync(cancellationToken);
            if (health.Status >= 500) return new(false, $"{address}: the collector is not healthy ({Said(health)}).");
            return Explain(address, await client.ProbeAsync(authorization, cancellationToken));
        }
        catch (Exception e) when (HttpTrouble.IsExpected(e, cancellationToken))
        {
            return new(false, $"{address}: {HttpTrouble.Describe(e)}.");
        }
    }

    private static CheckResult Explain(string address, in HecResponse answer) => (answer.Status, answer.Code) switch
    {
        (200, 0) or (400, 5 or 6) => new(true, $"{address}: the collector is up and takes the token."),
        (403, 1) => new(false, $"{address}: the token is disabled ({Said(answer)}); enable it under Settings, Data inputs, HTTP Event Collector."),
        (401 or 403, _) => new(false, $"{address}: the token is refused ({Said(answer)}); compare it with Settings, Data inputs, HTTP Event Collector."),
        (404 or 405, _) => new(false, $"{address}: there is no HTTP Event Collector at this address ({Said(answer)}); is it enabled, and the port right (8088, not 8000 or 8089)?"),
        ( >= 300 and < 400, _) => new(false, $"{address}: the address redirects ({Said(answer)}); name the final one, with https if it asks for it."),
        _ => new(false, $"{address}: unexpected answer ({Said(answer)})."),
    };

    private static string Said(in HecResponse answer) =>
        answer.Text.Length == 0 ? HecAnswers.Code(answer) : $"{HecAnswers.Code(answer)}: {answer.Text}";
}
