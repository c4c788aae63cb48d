using Storage.Sql;
using Storage.Waking;

namespace Storage.Replays;

/// <summary>
/// Carries replays out, batch by batch. A batch is one transaction: it locks the replay's row, makes the next deliveries due and moves the
/// position. So one process is at it at a time, a killed one leaves nothing half done, and no delivery is replayed twice by one replay.
/// </summary>
internal sealed class ReplayRuns(Database database, TimeProvider clock, Bells bells, Crier crier)
{
    /// <summary>Small enough that nobody who writes waits long for a batch.</summary>
    public const int LargestBatch = 500;

    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    /// <summary>How much of its allowance a replay can catch up on when nobody ran it in time.</summary>
    private static readonly TimeSpan LargestLag = TimeSpan.FromSeconds(1);

    /// <summary>One batch of the replay that has been due for longest; false where none is due.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken stop)
    {
        var (found, replayed) = await database.WriteAsync(session => StepAsync(session, stop), stop);
        if (replayed > 0)
        {
            bells.Deliveries.Ring();
            crier.Tell([], jobsAreDue: false, deliveriesAreDue: true);
        }
        return found;
    }

    /// <summary>Removes replays that finished <see cref="KeptFor"/> ago.</summary>
    public Task<int> TidyAsync(CancellationToken stop) => database.WriteAsync(
        session =>
        {
            session.Write(ReplayStatements.DeleteFinished, ("before", clock.GetUtcNow() - KeptFor));
            return session.FlushAsync(stop);
        },
        stop);

    private async Task<(bool Found, int Replayed)> StepAsync(SqlSession session, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        if ((await session.ReadAsync(ReplayStatements.Claim, ReplayStatements.Read, [("now", now)], stop)).SingleOrDefault() is not { } replay)
            return (false, 0);
        var size = BatchOf(replay.RatePerSecond);
        var page = await ReplayFilter.Of(replay).ReadAsync(session, size, stop);
        var replayed = await NextRound.BeginAsync(session, page, replay.Deliveries, now, stop);
        Advance(replay, page, replayed, isLast: page.Count < size, now);
        session.Write(ReplayStatements.Update, [replay]);
        return (true, replayed);
    }

    private static void Advance(Replay replay, List<Candidate> page, int replayed, bool isLast, DateTimeOffset now)
    {
        replay.Replayed += replayed;
        replay.Skipped += page.Count - replayed;
        if (page.Count > 0)
            replay.Position = page[^1].Id;
        if (replay.RatePerSecond is { } rate)
            replay.PacedUntil = Later(replay.PacedUntil, now - LargestLag) + TimeSpan.FromSeconds(page.Count / rate);
        replay.DueAt = Later(replay.PacedUntil, now);
        if (isLast)
            (replay.Status, replay.FinishedAt) = (ReplayStatus.Completed, now);
    }

    /// <summary>At most what a second allows: 1 at 0.5/s, 7 at 7/s, 500 from 500/s on.</summary>
    private static int BatchOf(double? rate) => rate is null ? LargestBatch : Math.Clamp((int)rate, 1, LargestBatch);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
