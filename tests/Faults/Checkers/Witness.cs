using Faults.Histories;

namespace Faults.Checkers;

internal static class Witness
{
    public static IEnumerable<string> In(History history)
    {
        var hashes = history.Audit.Events.ToDictionary(e => (e.JobId, e.Seq), e => e.BodyHash);
        foreach (var (delivery, seen) in Requests.ByDelivery(history))
        {
            var claims = delivery.Status == Codes.Delivered || delivery.DeliveredAt is not null;
            var hash = hashes.GetValueOrDefault((delivery.JobId, delivery.Seq));
            if (claims && !seen.Exists(r => r.WasAccepted() && r.BodyHash == hash))
                yield return $"{delivery.Id} is delivered, but none of the {seen.Count} requests that its receiver saw was accepted";
        }
    }
}
