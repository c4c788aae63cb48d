using Faults.Histories;

namespace Faults.Checkers;

/// <summary>Every round after a delivery's first was asked for, by a replay of its own or by one of many, and every replay that was accepted was carried out once.</summary>
internal static class Replayed
{
    /// <summary>A single replay whose commit lost its answer is run again, by the execution strategy this often at the most.</summary>
    private const int MostRepeats = 6;

    public static IEnumerable<string> In(History history)
    {
        var rows = history.Audit.Replays.ToDictionary(r => r.Id);
        foreach (var sentence in Operations(history, rows).Concat(Rounds(history)))
            yield return sentence;
    }

    private static IEnumerable<string> Operations(History history, Dictionary<string, ReplayRow> rows)
    {
        var started = history.Calls.Where(c => c.Kind == CallKind.StartReplay && c.Result != CallResult.Fail).ToList();
        foreach (var byKey in started.Where(c => c.Result == CallResult.Ok).GroupBy(c => c.Key))
        {
            var made = byKey.Select(c => c.JobId!).Distinct().ToList();
            if (made.Count > 1)
                yield return $"key {byKey.Key} stands for the replays {string.Join(" and ", made)}";
            foreach (var lost in made.Where(id => !rows.ContainsKey(id)))
                yield return $"replay {lost} was accepted and is not there";
        }
        if (rows.Count > started.Select(c => c.Key).Distinct().Count())
            yield return $"{rows.Count} replays are there, and {started.Select(c => c.Key).Distinct().Count()} were asked for";
        var canceled = history.Calls.Where(c => c.Kind == CallKind.CancelReplay && c.Result != CallResult.Fail).Select(c => c.Subject).ToHashSet();
        foreach (var replay in rows.Values)
        {
            if (replay.Status == Codes.ReplayCanceled && !canceled.Contains(replay.Id))
                yield return $"replay {replay.Id} was canceled by nobody";
            if (replay.Status < Codes.ReplayCompleted && history.Terms.DoneAt is not null)
                yield return $"replay {replay.Id} has not come to its end";
        }
    }

    private static IEnumerable<string> Rounds(History history)
    {
        var singles = history.Calls.Where(c => c.Kind == CallKind.Replay && c.Result != CallResult.Fail).ToLookup(c => c.Subject);
        var (more, atLeast, atMost) = (0, history.Audit.Replays.Sum(r => r.Replayed), history.Audit.Replays.Sum(r => r.Replayed));
        foreach (var delivery in history.Audit.Deliveries)
        {
            var asked = singles[delivery.Id].ToList();
            var sure = asked.Count(c => c.Result == CallResult.Ok);
            var most = asked.Sum(c => c.Result == CallResult.Ok && !history.WasDisturbed(c.From, c.Until!.Value) ? 1 : MostRepeats);
            (more, atLeast, atMost) = (more + delivery.Round - 1, atLeast + sure, atMost + most);
            if (delivery.Round - 1 < sure)
                yield return $"{delivery.Id} is in round {delivery.Round} after {sure} replays";
            else if (delivery.Round - 1 > most && delivery.Round - 1 > most + history.Audit.Replays.Count(r => r.MayCover(delivery)))
                yield return $"{delivery.Id} is in round {delivery.Round}, which nobody asked for";
        }
        if (more < atLeast || more > atMost)
            yield return $"{more} rounds were begun, and the replays say {atLeast}{(atMost > atLeast ? $" to {atMost}" : "")}";
    }

    private static bool MayCover(this ReplayRow replay, DeliveryRow delivery) =>
        delivery.CreatedAt <= replay.CreatedAt.AddSeconds(1) && (replay.JobId is null || replay.JobId == delivery.JobId);
}
