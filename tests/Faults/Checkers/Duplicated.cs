using Faults.Histories;

namespace Faults.Checkers;

/// <summary>
/// A request after one that was accepted needs a cause between the two: something was done to the system, a replay had begun the next round, or the
/// answer came too late to be heard. An attempt whose engine is said to be lost needs one too. Whether rounds have a cause is another checker's question.
/// </summary>
internal static class Duplicated
{
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(500);

    /// <summary>Attempts are timed by the database's clock, which a busy machine reads late, and requests by the receiver's.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromSeconds(2);

    public static IEnumerable<string> In(History history)
    {
        var attempts = history.Audit.Attempts.ToLookup(a => a.DeliveryId);
        foreach (var (delivery, seen) in Requests.ByDelivery(history))
            foreach (var (first, next) in seen.Zip(seen.Skip(1)))
                if (first.WasAccepted() && !history.WasDisturbed(first.At - Slack, next.At) && !WasLate(first, attempts[delivery.Id], history.Terms)
                    && !MayBeOfLaterRound(first, next, attempts[delivery.Id]))
                    yield return $"{delivery.Id} was accepted by request {first.Number} and sent again by {next.Number} without a cause";
        foreach (var sentence in LostWithoutCause(history))
            yield return sentence;
    }

    /// <summary>Which attempt a request belongs to is known to within the clocks' difference.</summary>
    private static bool MayBeOfLaterRound(Received first, Received next, IEnumerable<AttemptRow> attempts) =>
        RoundsOf(next, attempts).Max() > RoundsOf(first, attempts).Min();

    private static IEnumerable<int> RoundsOf(Received request, IEnumerable<AttemptRow> attempts) => attempts
        .Where(a => a.StartedAt <= request.At + ClockSlack && (a.FinishedAt is not { } finished || finished >= request.At - ClockSlack))
        .Select(a => a.Round).DefaultIfEmpty(1);

    /// <summary>The receiver took as long as a sender waits, or the whole attempt did.</summary>
    private static bool WasLate(Received request, IEnumerable<AttemptRow> attempts, Terms terms) =>
        request.Until is not { } until || until - request.At > terms.Timeout - Slack
        || attempts.Any(a => a.Error == "timeout" && a.StartedAt <= request.At + ClockSlack && a.FinishedAt >= request.At - ClockSlack && a.FinishedAt - a.StartedAt >= terms.Timeout);

    private static IEnumerable<string> LostWithoutCause(History history) =>
        from byDelivery in history.Audit.Attempts.GroupBy(a => a.DeliveryId)
        let ordered = byDelivery.OrderBy(a => a.Number).ToList()
        from pair in ordered.Zip(ordered.Skip(1).Append(null))
        let lost = pair.First
        where lost.Error is "engine_lost" or "engine_stopped" or "own_fault"
        where !history.WasDisturbed(lost.StartedAt - Slack, pair.Second?.StartedAt ?? lost.FinishedAt ?? history.Terms.QuietFrom)
        select $"attempt {lost.Number} of {lost.DeliveryId} ended as {lost.Error} while nothing was done to the system";
}
