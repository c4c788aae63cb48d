using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Egress;

/// <summary>
/// What a server must prove: its name, a chain to a root that this machine trusts, all of it valid now. There is no off switch.
/// </summary>
internal static class ServerTrust
{
    /// <param name="roots">The roots to trust instead of the machine's.</param>
    public static SslClientAuthenticationOptions Create(X509Certificate2Collection? roots) => new()
    {
        // By name, so that no operating system's default can offer less.
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateChainPolicy = Policy(roots),
        RemoteCertificateValidationCallback = (_, _, chain, errors) => errors == SslPolicyErrors.None ? true : throw Refused(chain, errors),
    };

    /// <summary>
    /// Nothing is fetched to build a chain: the addresses of missing certificates and revocation lists stand in the server's own
    /// certificate, and fetching them would be a request past the guard.
    /// </summary>
    private static X509ChainPolicy Policy(X509Certificate2Collection? roots)
    {
        var policy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };
        if (roots is null) return policy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }

    private static EgressException Refused(X509Chain? chain, SslPolicyErrors errors) => new(EgressError.TlsFailed, errors switch
    {
        _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) => "certificate_missing",
        _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) => "certificate_name",
        _ when chain?.ChainStatus.Any(status => status.Status == X509ChainStatusFlags.NotTimeValid) == true => "certificate_expired",
        _ => "certificate_untrusted",
    });
}
