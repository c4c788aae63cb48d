using Faults.Histories;

namespace Faults.Checkers;

internal static class Unrecorded
{
    public static IEnumerable<string> In(History history)
    {
        var attempts = history.Audit.Attempts.CountBy(a => a.DeliveryId).ToDictionary();
        foreach (var (delivery, seen) in Requests.ByDelivery(history))
            if (seen.Count > attempts.GetValueOrDefault(delivery.Id))
                yield return $"{delivery.Id} has {attempts.GetValueOrDefault(delivery.Id)} attempt rows, but its receiver saw {seen.Count} requests";
    }
}
