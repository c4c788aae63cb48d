using Storage.Deliveries;
using Webhooks.Contract;

namespace JobApi.Receivers;

/// <summary>Receivers as callers see them: one document per origin, whatever its lanes.</summary>
internal static class ReceiverDocuments
{
    public static ReceiverDocument Of(ReceiverView view, DateTimeOffset now)
    {
        var (main, lanes) = (view.Main, view.Lanes);
        var worst = lanes.MaxBy(lane => (lane.Openings > 0, lane.HeldUntil))!;
        return new()
        {
            Id = main.Id.ToString(), Origin = main.Origin, Status = NameOf(StatusOf(lanes)), Breaker = Breaker(worst, now),
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

    private static BreakerDocument Breaker(Receiver lane, DateTimeOffset now)
    {
        var isOpen = lane.Openings > 0 && lane.HeldUntil > now;
        return new()
        {
            State = isOpen ? "open" : lane.Openings > 0 ? "half_open" : "closed", Until = isOpen ? lane.HeldUntil : null, Failures = lane.Failures,
            Openings = lane.Openings,
        };
    }
}
