using System.Net.Security;
using System.Security.Cryptography;
using StepExport.Core.Telemetry;

namespace StepExport.Http;

/// <summary>The certificate of the listener, kept up to date with its files: renewal needs no restart. Thread-safe.</summary>
internal sealed partial class ServerCertificate
{
    private static readonly TimeSpan MostAge = TimeSpan.FromSeconds(10);
    private readonly ServerTlsConfig _config;
    private readonly TimeProvider _time;
    private readonly JoinedHealth _health;
    private readonly ILogger _logger;
    private readonly Lock _reading = new();
    private volatile Reading _last;

    /// <exception cref="IOException">A file cannot be read or does not hold what it should.</exception>
    public ServerCertificate(ServerTlsConfig config, JoinedHealth health, TimeProvider time, ILogger logger)
    {
        (_config, _health, _time, _logger) = (config, health, time, logger);
        _last = Read(Digest());
    }

    /// <summary>What a new connection is to be met with.</summary>
    public SslServerAuthenticationOptions Current()
    {
        if (_time.GetElapsedTime(_last.At) < MostAge) return _last.Options;
        lock (_reading)
        {
            if (_time.GetElapsedTime(_last.At) < MostAge) return _last.Options;
            try
            {
                // By content: what a mounted secret's symbolic links point to changes, not the links
                var digest = Digest();
                if (digest == _last.Digest) _last = _last with { At = _time.GetTimestamp() };
                else
                {
                    _last = Read(digest);
                    Log.Renewed(_logger, _config.Cert);
                }

                _health.Set("tls", null);
            }
            catch (IOException e)
            {
                // Half of a renewal: the old certificate is good until it expires
                _last = _last with { At = _time.GetTimestamp() };
                _health.Set("tls", e.Message);
            }

            return _last.Options;
        }
    }

    private Reading Read(string digest)
    {
        var options = new SslServerAuthenticationOptions { ServerCertificateContext = TlsFiles.OwnCertificate(_config.Cert, _config.Key) };
        if (_config.ClientCa is { } clientCa)
        {
            options.ClientCertificateRequired = true;
            options.CertificateChainPolicy = TlsFiles.Trust(clientCa, "tls.clientCa");
        }

        return new(options, digest, _time.GetTimestamp());
    }

    private string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in (string?[])[_config.Cert, _config.Key, _config.ClientCa])
        {
            if (path is null) continue;
            try
            {
                hash.AppendData(System.IO.File.ReadAllBytes(path));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new IOException($"tls: {path} cannot be read: {e.Message}", e);
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private sealed record Reading(SslServerAuthenticationOptions Options, string Digest, long At);

    private static partial class Log
    {
        [LoggerMessage(EventId = 515, Level = LogLevel.Information, Message = "The certificate in {Path} was renewed; new connections get it")]
        public static partial void Renewed(ILogger logger, string path);
    }
}
