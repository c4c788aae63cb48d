using Faults.Histories;

namespace Faults.Checkers;

internal static class SameBytes
{
    /// <summary>A request is signed when it is sent, whatever the machine's clock says: the database's counts.</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(30);

    public static IEnumerable<string> In(History history)
    {
        var hashes = history.Audit.Events.ToDictionary(e => (e.JobId, e.Seq), e => e.BodyHash);
        foreach (var (delivery, seen) in Requests.ByDelivery(history))
            foreach (var request in seen.Where(r => r.IsWhole))
            {
                var signed = DateTimeOffset.FromUnixTimeSeconds(request.Timestamp);
                if (request.BodyHash != hashes.GetValueOrDefault((delivery.JobId, delivery.Seq)))
                    yield return $"request {request.Number} of {delivery.Id} carried other bytes than the event's";
                else if (!request.IsVerified)
                    yield return $"request {request.Number} of {delivery.Id} does not verify";
                else if ((request.At - signed).Duration() > Freshness && !history.WasDisturbed(signed, request.At))
                    yield return $"request {request.Number} of {delivery.Id} was signed {(request.At - signed).TotalSeconds:0.0} s before it came";
            }
    }
}
