using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Egress.Tests;

/// <summary>A small authority of the test's own, and what it signs.</summary>
internal sealed class Certificates : IDisposable
{
    public const string Host = "hooks.example.com";

    private static readonly DateTimeOffset from = TimeProvider.System.GetUtcNow().AddYears(-2);
    private static readonly DateTimeOffset until = TimeProvider.System.GetUtcNow().AddYears(2);

    private readonly X509Certificate2 root = Authority();

    public X509Certificate2Collection Roots => [root];

    public X509Certificate2 Good(string name = Host) => Signed(name, until);

    public X509Certificate2 Expired() => Signed(Host, TimeProvider.System.GetUtcNow().AddDays(-1));

    /// <summary>Names an issuer that can be fetched, by whoever would.</summary>
    public static X509Certificate2 Fetching(string issuerUrl)
    {
        using var hidden = Authority();
        return Signed(hidden, Host, until, new X509AuthorityInformationAccessExtension(null, [issuerUrl]));
    }

    public static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Request(key, Host).CreateSelfSigned(from, until);
        return Usable(certificate);
    }

    public void Dispose() => root.Dispose();

    private X509Certificate2 Signed(string name, DateTimeOffset until) => Signed(root, name, until);

    private static X509Certificate2 Signed(X509Certificate2 issuer, string name, DateTimeOffset until, X509Extension? extension = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(key, name);
        if (extension is not null) request.CertificateExtensions.Add(extension);
        using var bare = request.Create(issuer, from.AddDays(1), until.AddDays(-1), RandomNumberGenerator.GetBytes(8));
        using var certificate = bare.CopyWithPrivateKey(key);
        return Usable(certificate);
    }

    private static CertificateRequest Request(ECDsa key, string name)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Parse("127.0.0.9"));
        request.CertificateExtensions.Add(names.Build());
        return request;
    }

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Authority of a test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(from, until);
    }

    private static X509Certificate2 Usable(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
}
