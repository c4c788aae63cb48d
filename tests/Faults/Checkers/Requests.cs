using Faults.Histories;

namespace Faults.Checkers;

/// <summary>Deliveries next to the requests that receivers saw of them, oldest first.</summary>
internal static class Requests
{
    public static IEnumerable<(DeliveryRow Delivery, List<Received> Seen)> ByDelivery(History history)
    {
        var paths = history.Audit.Callbacks.ToDictionary(c => c.Id, c => c.Path);
        var seen = history.Requests.Where(r => r.Receiver != "work").ToLookup(r => (r.Id, r.Path));
        return history.Audit.Deliveries.Select(d =>
            (d, seen[(d.WebhookId, paths.GetValueOrDefault(d.CallbackId, ""))].OrderBy(r => r.At).ThenBy(r => r.Number).ToList()));
    }

    public static bool WasAccepted(this Received request) => request is { IsWhole: true, IsVerified: true, Answer: >= 200 and <= 299 };
}
