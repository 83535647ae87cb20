using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using StepExport.Configuration;

namespace StepExport.Http;

/// <summary>The files of <see cref="TlsConfig"/>.</summary>
internal static class TlsFiles
{
    /// <summary>Reports what the section itself shows to be wrong; the files are not touched.</summary>
    public static void Validate(TlsConfig tls, ConfigProblems problems)
    {
        if (tls.Cert is null && tls.Key is not null) problems.Add("tls.cert", "tls.key is set: name the certificate's PEM file here as well");
        if (tls.Cert is not null && tls.Key is null) problems.Add("tls.key", "tls.cert is set: name the private key's PEM file here as well");
        if (tls.Verify) return;
        problems.Warn("tls.verify", "false: nobody checks who is at the other end, and anyone on the way can read the credentials and the events; remove it, and name a private authority in tls.ca");
        if (tls.Ca is not null) problems.Add("tls.ca", "has no effect while tls.verify is false: remove one of the two");
    }

    /// <summary>Trust in the certification authorities of a PEM file alone.</summary>
    /// <param name="path">The file.</param>
    /// <param name="setting">Where it is configured; for the message.</param>
    /// <exception cref="IOException">The file cannot be read or holds no certificate.</exception>
    public static X509ChainPolicy Trust(string path, string setting = "tls.ca")
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            // Private authorities rarely publish revocation lists that a CI network can reach.
            RevocationMode = X509RevocationMode.NoCheck,
        };
        foreach (var certificate in ReadPem(setting, path))
        {
            var isRoot = certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
            (isRoot ? policy.CustomTrustStore : policy.ExtraStore).Add(certificate);
        }

        return policy;
    }

    /// <summary>A certificate to show to the other side, with the intermediates that follow it in its file.</summary>
    /// <exception cref="IOException">A file cannot be read or does not hold what it should.</exception>
    public static SslStreamCertificateContext OwnCertificate(string certPath, string keyPath)
    {
        var chain = ReadPem("tls.cert", certPath);
        try
        {
            var leaf = X509Certificate2.CreateFromPemFile(certPath, keyPath);
            return SslStreamCertificateContext.Create(leaf, chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or UnauthorizedAccessException or IOException or ArgumentException)
        {
            // ArgumentException: the key belongs to another certificate.
            throw new IOException($"tls.key: {keyPath} cannot be used with {certPath}: {e.Message}", e);
        }
    }

    private static X509Certificate2Collection ReadPem(string setting, string path)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPemFile(path);
        }
        catch (Exception e) when (e is CryptographicException or UnauthorizedAccessException or IOException)
        {
            throw new IOException($"{setting}: {path} cannot be read: {e.Message}", e);
        }

        return certificates.Count > 0 ? certificates : throw new IOException($"{setting}: {path} holds no PEM certificate");
    }
}
