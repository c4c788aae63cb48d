using Faults.Histories;

namespace Faults.Checkers;

internal static class Unexpected
{
    public static IEnumerable<string> In(History history)
    {
        var invoked = history.Calls.ToLookup(c => (c.Kind, c.Subject));
        foreach (var bySubject in history.Audit.Jobs.Where(j => j.RedriveOf is null).GroupBy(j => j.Subject))
        {
            var asked = invoked[(CallKind.Submit, bySubject.Key ?? "")].Count(c => c.Result != CallResult.Fail);
            if (bySubject.Count() > asked)
                yield return $"{bySubject.Count()} jobs for {asked} calls that submitted {bySubject.Key ?? "no subject"}";
        }
        foreach (var again in history.Audit.Jobs.Where(j => j.RedriveOf is not null && !invoked.Contains((CallKind.Redrive, j.RedriveOf))))
            yield return $"{again.Id} repeats {again.RedriveOf}, which nobody asked to redrive";
        foreach (var sentence in Strays(history))
            yield return sentence;
    }

    private static IEnumerable<string> Strays(History history)
    {
        var callbacks = history.Audit.Callbacks.ToDictionary(c => c.Id);
        var events = history.Audit.Events.Select(e => (e.JobId, e.Seq)).ToHashSet();
        var known = new HashSet<(string, string)>();
        foreach (var delivery in history.Audit.Deliveries)
        {
            if (!events.Contains((delivery.JobId, delivery.Seq)))
                yield return $"{delivery.Id} is owed for event {delivery.Seq} of {delivery.JobId}, which is not there";
            if (callbacks.TryGetValue(delivery.CallbackId, out var callback))
                known.Add((delivery.WebhookId, callback.Path));
            else
                yield return $"{delivery.Id} is owed to {delivery.CallbackId}, which is not there";
        }
        var brief = history.Calls.Where(c => c.Expires).SelectMany(c => c.Callbacks).ToHashSet();
        foreach (var stray in history.Requests.Where(r => r.Receiver != "work" && !known.Contains((r.Id, r.Path)) && !brief.Contains(r.Path)))
            yield return $"request {stray.Number} brought {stray.Id} to {stray.Path}, which no delivery explains";
    }
}
