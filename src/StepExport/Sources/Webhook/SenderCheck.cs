using System.Buffers;
using StepExport.Core.Telemetry;
using StepExport.Http;

namespace StepExport.Sources.Webhook;

/// <summary>Whether a request comes from someone who has the credentials: as much as can be told before the body is read, then the rest.</summary>
internal sealed class SenderCheck
{
    private readonly BearerCheck? _bearer;
    private readonly SignatureCheck? _signature;

    /// <exception cref="IOException">A secret cannot be read, or is empty.</exception>
    public SenderCheck(WebhookAuthConfig config, JoinedHealth health, TimeProvider time)
    {
        if (config.Bearer is { } bearer) _bearer = new(config.BearerHeader, new("auth.bearer", bearer, time, health));
        if (config.Hmac is { } hmac)
        {
            var secrets = new RotatingSecret("auth.hmac.secret", hmac.Secret, time, health);
            _signature = new(hmac.Header, hmac.Prefix == "none" ? "" : hmac.Prefix, hmac.Encoding == "hex", secrets);
        }
    }

    /// <summary>Whether the head alone tells who it is; else only <see cref="IsSigned"/> does.</summary>
    public bool KnowsByHead => _bearer is not null;

    /// <summary>False for a stranger, whatever the body may be.</summary>
    public bool MayBeKnown(IHeaderDictionary headers) =>
        _bearer?.Knows(headers) != false && (_signature is null || _signature.Claim(headers) is not null);

    /// <summary>Whether the body has the signature that the headers claim; true when none is wanted.</summary>
    public bool IsSigned(IHeaderDictionary headers, ReadOnlySequence<byte> body) =>
        _signature is null || (_signature.Claim(headers) is { } claim && _signature.Fits(claim, body));
}
