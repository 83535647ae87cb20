using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace StepExport.Testing;

/// <summary>A certification authority for one test, with its files in a directory of its own.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _root;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("stepexport-tls-");

    public TestAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _root = request.CreateSelfSigned(Start, Start.AddYears(20));
        CaFile = Path.Combine(_directory.FullName, "ca.pem");
        File.WriteAllText(CaFile, _root.ExportCertificatePem());
    }

    public string CaFile { get; }

    private static DateTimeOffset Start => TimeProvider.System.GetUtcNow().AddDays(-1);

    /// <summary>A certificate with its key for 127.0.0.1 or another address, good for servers and clients.</summary>
    public X509Certificate2 Issue(string name, IPAddress? address = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(address ?? IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2")], false));
        using var issued = request.Create(_root, Start.AddMinutes(1), Start.AddYears(10), RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    /// <summary>Writes certificate and key as PEM files.</summary>
    public (string Cert, string Key) Save(X509Certificate2 certificate, string name)
    {
        var cert = Path.Combine(_directory.FullName, name + ".pem");
        var key = Path.Combine(_directory.FullName, name + ".key");
        using var privateKey = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(cert, certificate.ExportCertificatePem());
        File.WriteAllText(key, privateKey.ExportPkcs8PrivateKeyPem());
        return (cert, key);
    }

    public void Dispose()
    {
        _root.Dispose();
        _directory.Delete(recursive: true);
    }
}
