using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace StepExport.Testing.Kafka.Auth;

/// <summary>One connection to a <see cref="SaslBroker"/>.</summary>
internal sealed class SaslDialogue(SaslBrokerOptions options, string? certificate, IPEndPoint self, Func<SaslLogin, ValueTask> seen)
{
    private const short Metadata = 3, SaslHandshake = 17, ApiVersions = 18, SaslAuthenticate = 36;
    private const short UnsupportedMechanism = 33, AuthenticationFailed = 58;
    private static readonly Dictionary<string, string> None = [];

    private string _mechanism = "";
    private bool _isIn = options.Mechanism is null;
    private ScramServer? _scram;

    /// <summary>Answers one request; false ends the connection.</summary>
    public async Task<bool> AnswerAsync(KafkaRequest request, Stream stream, CancellationToken cancellationToken)
    {
        var response = new KafkaResponse(request.CorrelationId);
        var goesOn = request.ApiKey switch
        {
            ApiVersions => await DescribeAsync(request, response),
            SaslHandshake => Shake(request, response),
            SaslAuthenticate => await AuthenticateAsync(request, response),
            Metadata when _isIn => DescribeCluster(response),
            _ => throw new IOException($"request {request.ApiKey} has no place here, logged in: {_isIn}"),
        };
        await response.SendAsync(stream, cancellationToken);
        return goesOn;
    }

    private async Task<bool> DescribeAsync(KafkaRequest request, KafkaResponse response)
    {
        if (options.Mechanism is null) await seen(new("", "", "", None, certificate, true));
        (short Key, short Max)[] apis = [(Metadata, 1), (SaslHandshake, 1), (ApiVersions, 3), (SaslAuthenticate, 1)];
        var isFlexible = request.ApiVersion >= 3;
        response.Int16(0);
        if (isFlexible) response.Byte((byte)(apis.Length + 1)); else response.Int32(apis.Length);
        foreach (var (key, max) in apis)
        {
            response.Int16(key).Int16(0).Int16(max);
            if (isFlexible) response.Byte(0);
        }

        if (request.ApiVersion >= 1) response.Int32(0);
        if (isFlexible) response.Byte(0);
        return true;
    }

    private bool Shake(KafkaRequest request, KafkaResponse response)
    {
        request.ReadText();
        _mechanism = request.ReadText();
        var isKnown = _mechanism == options.Mechanism;
        response.Int16(isKnown ? (short)0 : UnsupportedMechanism).Int32(1).Text(options.Mechanism);
        return isKnown;
    }

    private async Task<bool> AuthenticateAsync(KafkaRequest request, KafkaResponse response)
    {
        request.ReadText();
        var message = Encoding.UTF8.GetString(request.ReadBytes());
        var (answer, refusal) = _mechanism switch
        {
            "PLAIN" => await PlainAsync(message),
            "OAUTHBEARER" => await BearerAsync(message),
            _ => await ScramAsync(message),
        };
        response.Int16(refusal is null ? (short)0 : AuthenticationFailed).Text(refusal).Bytes(Encoding.UTF8.GetBytes(answer));
        if (request.ApiVersion >= 1) response.Int64(0);
        _isIn = refusal is null && !(_scram is { IsOver: false });
        return refusal is null;
    }

    private async Task<(string Answer, string? Refusal)> PlainAsync(string message)
    {
        var parts = message.Split('\0');
        var isRight = parts[1] == options.User && parts[2] == options.Password;
        await seen(new(_mechanism, parts[1], parts[2], None, certificate, isRight));
        return ("", isRight ? null : "Authentication failed: Invalid username or password");
    }

    private async Task<(string Answer, string? Refusal)> BearerAsync(string message)
    {
        var fields = message.Split('\u0001', StringSplitOptions.RemoveEmptyEntries)[1..].Select(f => f.Split('=', 2)).ToDictionary(f => f[0], f => f[1]);
        fields.Remove("auth", out var auth);
        await seen(new(_mechanism, "", auth!["Bearer ".Length..], fields, certificate, options.TokenRefusal is null));
        return ("", options.TokenRefusal);
    }

    private async Task<(string Answer, string? Refusal)> ScramAsync(string message)
    {
        if (_scram is null)
        {
            _scram = new(_mechanism == "SCRAM-SHA-512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256, options.User, options.Password);
            return (_scram.Challenge(message), null);
        }

        var signature = _scram.Verify(message);
        await seen(new(_mechanism, _scram.User, "", None, certificate, signature is not null));
        return (signature ?? "", signature is null ? "Authentication failed during authentication due to invalid credentials with SASL mechanism" : null);
    }

    private bool DescribeCluster(KafkaResponse response)
    {
        response.Int32(1).Int32(1).Text(self.Address.ToString()).Int32(self.Port).Text(null).Int32(1).Int32(0);
        return true;
    }
}
