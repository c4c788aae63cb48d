using Faults.Histories;

namespace Faults.Checkers;

/// <summary>
/// Which of the tenant's secrets signed each request. An engine keeps them for 5 s: a new one signs after that at the latest, and a retired one signs
/// no longer. In between both do, so that a receiver may change over when it likes.
/// </summary>
internal static class Rotation
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(8);

    public static IEnumerable<string> In(History history)
    {
        foreach (var request in history.Requests.Where(r => r is { IsWhole: true, SignedBy: not null }))
        {
            var at = DateTimeOffset.FromUnixTimeSeconds(request.Timestamp);
            foreach (var secret in history.Secrets)
            {
                var signs = request.SignedBy!.Contains(secret.Id);
                if (!signs && secret.KnownAt + Kept < at && (secret.RetireAskedAt is not { } retiring || request.At < retiring)
                    && !history.WasDisturbed(at - Kept, request.At))
                    yield return $"request {request.Number} of {request.Id} was not signed by {secret.Id}, which signs";
                if (signs && (at > secret.RetiredAt + Kept || request.At < secret.AskedAt) && !history.WasDisturbed(at - Kept, request.At))
                    yield return $"request {request.Number} of {request.Id} was signed by {secret.Id}, which doesn't sign then";
            }
        }
    }
}
