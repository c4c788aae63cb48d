using System.Text.Json;
using Faults.Histories;

namespace Faults.Checkers;

/// <summary>The administrator's log: numbered without a gap, it names each delivery that was parked, and none that is not there.</summary>
internal static class ToldOf
{
    public static IEnumerable<string> In(History history)
    {
        var own = history.Audit.Callbacks.Where(c => c.Events >= 1 << Codes.DeliveryParked).Select(c => c.JobId).ToHashSet();
        if (own.Count == 0)
            yield break; // nobody asked to be told
        var deliveries = history.Audit.Deliveries.ToDictionary(d => d.Id);
        var named = new HashSet<string>();
        var unnamed = 0;
        foreach (var log in history.Audit.Events.Where(e => e.Type >= Codes.FirstOperationsEvent).GroupBy(e => e.JobId))
        {
            if (!log.Select(e => e.Seq).Order().SequenceEqual(Enumerable.Range(1, log.Count())))
                yield return $"the operations events are numbered {string.Join(' ', log.Select(e => e.Seq).Order())}";
            foreach (var happened in log.Where(e => e.Type == Codes.DeliveryParked))
            {
                var data = JsonDocument.Parse(happened.Said!).RootElement.GetProperty("data");
                var ids = data.GetProperty("deliveries").EnumerateArray().Select(d => d.GetProperty("id").GetString()!).ToList();
                unnamed += data.GetProperty("count").GetInt32() - ids.Count;
                named.UnionWith(ids);
                foreach (var id in ids.Where(id => !deliveries.ContainsKey(id)))
                    yield return $"operations event {happened.Seq} tells of {id}, which is not there";
            }
        }
        var untold = history.Audit.Deliveries.Where(d => d.Status == Codes.Parked && !own.Contains(d.JobId) && !named.Contains(d.Id)).ToList();
        if (untold.Count > unnamed)
            foreach (var delivery in untold)
                yield return $"{delivery.Id} was parked as {delivery.Reason}, and the administrator was not told";
    }
}
