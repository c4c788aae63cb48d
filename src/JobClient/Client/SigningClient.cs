using Webhooks.Contract;

namespace Webhooks.Client;

/// <summary>The keys that sign a tenant's deliveries, for admins. Every call throws <see cref="JobApiException"/> when the service refuses.</summary>
public sealed class SigningClient
{
    private readonly IJobRoutes _routes;

    internal SigningClient(IJobRoutes routes) => _routes = routes;

    /// <summary>The keys that sign, newest first, without their secrets.</summary>
    public Task<SigningKeyList> ListAsync(CancellationToken stop = default) => _routes.ListSigningKeysAsync(stop);

    /// <summary>
    /// Makes a new key, whose secret is in this answer and nowhere else; the ones before go on signing until the overlap ends. Not repeated when
    /// the answer is lost: that would make another one.
    /// </summary>
    public Task<SigningKeyDocument> RotateAsync(RotateSigningSecret? rotation = null, CancellationToken stop = default) =>
        _routes.RotateSigningSecretAsync(rotation ?? new(), stop);

    /// <summary>Ends a key at once.</summary>
    public Task<SigningKeyDocument> RetireAsync(string keyId, CancellationToken stop = default) => _routes.RetireSigningKeyAsync(keyId, stop);
}
