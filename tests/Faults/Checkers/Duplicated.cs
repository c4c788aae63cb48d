using Faults.Histories;

namespace Faults.Checkers;

/// <summary>
/// A request after one that was accepted needs a cause between the two: something was done to the system, somebody asked for a replay, or the
/// answer came too late to be heard. An attempt whose engine is said to be lost needs one too.
/// </summary>
internal static class Duplicated
{
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(500);

    public static IEnumerable<string> In(History history)
    {
        var replays = history.Calls.Where(c => c is { Kind: CallKind.Replay, Result: not CallResult.Fail }).ToLookup(c => c.Subject);
        var attempts = history.Audit.Attempts.ToLookup(a => a.DeliveryId);
        foreach (var (delivery, seen) in Requests.ByDelivery(history))
            foreach (var (first, next) in seen.Zip(seen.Skip(1)))
                if (first.WasAccepted() && !history.WasDisturbed(first.At - Slack, next.At) && !WasLate(first, attempts[delivery.Id], history.Terms)
                    && !replays[delivery.Id].Any(r => r.From <= next.At && (r.Until ?? next.At) >= first.At - Slack))
                    yield return $"{delivery.Id} was accepted by request {first.Number} and sent again by {next.Number} without a cause";
        foreach (var sentence in LostWithoutCause(history))
            yield return sentence;
    }

    /// <summary>The receiver took as long as a sender waits, or the whole attempt did.</summary>
    private static bool WasLate(Received request, IEnumerable<AttemptRow> attempts, Terms terms) =>
        request.Until is not { } until || until - request.At > terms.Timeout - Slack
        || attempts.Any(a => a.Error == "timeout" && a.StartedAt <= request.At + Slack && a.FinishedAt >= request.At && a.FinishedAt - a.StartedAt >= terms.Timeout);

    private static IEnumerable<string> LostWithoutCause(History history) =>
        from byDelivery in history.Audit.Attempts.GroupBy(a => a.DeliveryId)
        let ordered = byDelivery.OrderBy(a => a.Number).ToList()
        from pair in ordered.Zip(ordered.Skip(1).Append(null))
        let lost = pair.First
        where lost.Error is "engine_lost" or "engine_stopped" or "own_fault"
        where !history.WasDisturbed(lost.StartedAt - Slack, pair.Second?.StartedAt ?? lost.FinishedAt ?? history.Terms.QuietFrom)
        select $"attempt {lost.Number} of {lost.DeliveryId} ended as {lost.Error} while nothing was done to the system";
}
