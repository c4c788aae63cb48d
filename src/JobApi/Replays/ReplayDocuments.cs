using JobApi.Deliveries;
using Storage.Jobs;
using Storage.Replays;
using Webhooks.Contract;
using ReplayFilter = Webhooks.Contract.ReplayFilter;

namespace JobApi.Replays;

/// <summary>Replays as callers see them.</summary>
internal static class ReplayDocuments
{
    public static ReplayDocument Of(Replay replay) => new()
    {
        Id = replay.Id.ToString(), Status = NameOf(replay.Status), Filter = FilterOf(replay), RatePerSecond = replay.RatePerSecond,
        Matched = replay.Matched, Replayed = replay.Replayed, Skipped = replay.Skipped, Progress = ProgressOf(replay), ReachedAt = ReachedAt(replay),
        CreatedAt = replay.CreatedAt, FinishedAt = replay.FinishedAt,
    };

    public static ReplayFilter FilterOf(Replay replay) => new()
    {
        Status = Documents.NameOf(replay.Deliveries), Reason = replay.Reason, ReceiverId = replay.ReceiverId?.ToString(),
        JobId = replay.JobId?.ToString(), EventType = replay.EventType?.Name(), CreatedAfter = replay.CreatedAfter, CreatedBefore = replay.CreatedBefore,
    };

    private static string NameOf(ReplayStatus status) => status switch
    {
        ReplayStatus.Running => ReplayStatuses.Running,
        ReplayStatus.Paused => ReplayStatuses.Paused,
        ReplayStatus.Completed => ReplayStatuses.Completed,
        _ => ReplayStatuses.Canceled,
    };

    private static double ProgressOf(Replay replay) =>
        replay.Status == ReplayStatus.Completed ? 100
        : replay.Matched == 0 ? 0
        : Math.Round(Math.Min(100, 100.0 * (replay.Replayed + replay.Skipped) / replay.Matched), 1);

    private static DateTimeOffset? ReachedAt(Replay replay) =>
        replay.Status == ReplayStatus.Completed ? replay.Through.Time : replay.Replayed + replay.Skipped == 0 ? null : replay.Position.Time;
}
