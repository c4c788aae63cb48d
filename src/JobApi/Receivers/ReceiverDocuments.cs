using Storage.Deliveries;
using Webhooks.Contract;

namespace JobApi.Receivers;

/// <summary>Receivers as callers see them: one document per origin, whatever its lanes.</summary>
internal static class ReceiverDocuments
{
    public static ReceiverDocument Of(ReceiverView view, DateTimeOffset now)
    {
        var (main, lanes) = (view.Main, view.Lanes);
        return new()
        {
            Id = main.Id.ToString(), Origin = main.Origin, Status = NameOf(StatusOf(lanes)), Breaker = Breaker(lanes, now),
            Backlog = new()
            {
                Pending = view.Backlog.Pending, IsAtLeast = view.Backlog.IsBounded, OldestDueAt = view.Backlog.OldestDueAt,
            },
            Limits = new() { MaxInFlight = main.MaxInFlight, RatePerSecond = main.RatePerSecond, Lanes = main.Lanes ?? 1 },
            Concurrency = lanes.Sum(lane => lane.Concurrency) is > 0 and var learned ? learned : null,
            LaneIds = lanes.Count > 1 ? [.. lanes.Select(lane => lane.Id.ToString())] : null,
            PausedAt = main.PausedAt, DisabledAt = lanes.Max(lane => lane.DisabledAt), FailingSince = lanes.Min(lane => lane.FailingSince),
            SucceededAt = lanes.Max(lane => lane.SucceededAt), CreatedAt = main.CreatedAt,
        };
    }

    public static string NameOf(ReceiverStatus status) => status switch
    {
        ReceiverStatus.Disabled => ReceiverStatuses.Disabled,
        ReceiverStatus.Paused => ReceiverStatuses.Paused,
        ReceiverStatus.Failing => ReceiverStatuses.Failing,
        _ => ReceiverStatuses.Active,
    };

    private static ReceiverStatus StatusOf(IReadOnlyList<Receiver> lanes) =>
        lanes.Any(lane => lane.DisabledAt is not null) ? ReceiverStatus.Disabled
        : lanes.Any(lane => lane.PausedAt is not null) ? ReceiverStatus.Paused
        : lanes.Any(lane => lane.Openings > 0) ? ReceiverStatus.Failing
        : ReceiverStatus.Active;

    /// <summary>One breaker for the origin. Its lanes wait for the one that is held for the shortest time: that one probes for all.</summary>
    private static BreakerDocument Breaker(IReadOnlyList<Receiver> lanes, DateTimeOffset now)
    {
        var (openings, failures) = (lanes.Max(lane => lane.Openings), lanes.Max(lane => lane.Failures));
        var probe = lanes.Where(lane => lane.Openings > 0).Min(lane => (DateTimeOffset?)lane.HeldUntil);
        return new()
        {
            State = probe is null ? "closed" : probe > now ? "open" : "half_open", Until = probe > now ? probe : null, Failures = failures,
            Openings = openings,
        };
    }
}
