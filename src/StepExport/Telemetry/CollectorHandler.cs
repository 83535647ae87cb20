using System.Globalization;
using StepExport.Configuration;
using StepExport.Http;

namespace StepExport.Telemetry;

/// <summary>Below the exporter of one signal: adds the headers, and sees what comes of the requests, which the exporter keeps to itself.</summary>
/// <param name="signal">metrics or traces.</param>
/// <param name="headers">Revealed for every request, so that a rotated secret needs no restart.</param>
/// <param name="health">Told of every outcome.</param>
/// <param name="inner">Sends them; owned.</param>
internal sealed class CollectorHandler(string signal, IReadOnlyDictionary<string, Secret> headers, CollectorHealth health, HttpMessageHandler inner)
    : DelegatingHandler(inner)
{
    private const int GrpcOk = 0;

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            AddHeaders(request);
            var response = base.Send(request, cancellationToken);
            Judge(response);
            return response;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            Failed(e);
            throw;
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            AddHeaders(request);
            var response = await base.SendAsync(request, cancellationToken);

            // gRPC says behind the body what became of the call.
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            Judge(response);
            return response;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            Failed(e);
            throw;
        }
    }

    private void AddHeaders(HttpRequestMessage request)
    {
        foreach (var (name, value) in headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value.Reveal().Trim());
        }
    }

    private void Judge(HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode)
            health.Failed(signal, FormattableString.Invariant($"HTTP {(int)response.StatusCode} {response.ReasonPhrase}").TrimEnd());
        else if (GrpcStatus(response) is { } status and not GrpcOk)
            health.Failed(signal, FormattableString.Invariant($"gRPC status {status}"));
        else
            health.Succeeded(signal);
    }

    /// <summary>In the trailers, or in the headers of an answer without a body; null for plain HTTP.</summary>
    private static int? GrpcStatus(HttpResponseMessage response)
    {
        const string Name = "grpc-status";
        var found = response.TrailingHeaders.TryGetValues(Name, out var values) || response.Headers.TryGetValues(Name, out values);
        return found && int.TryParse(values!.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : null;
    }

    private void Failed(Exception e) => health.Failed(signal, e switch
    {
        OperationCanceledException => "no answer within telemetry.otlp.timeout",
        // What a network does comes as one of the other kinds.
        IOException and not HttpIOException => $"a header cannot be read: {e.Message}",
        _ => HttpTrouble.Describe(e),
    });
}
