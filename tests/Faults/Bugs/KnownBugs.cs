namespace Faults.Bugs;

/// <summary>
/// Mistakes that are easily made in this service, each as small as it would be made. Where a text is not found any more, the code has moved on: the bug
/// moves with it.
/// </summary>
internal static class KnownBugs
{
    private const string Log = "Storage/Jobs/JobLog.cs";
    private const string Transitions = "Storage/Jobs/JobTransitions.cs";
    private const string Leases = "Storage/Deliveries/ReceiverLeases.cs";
    private const string Settlements = "Storage/Deliveries/Settlements.cs";
    private const string Courier = "DeliveryEngine/Sending/Courier.cs";
    private const string Engine = "DeliveryEngine/DeliveryEngine.cs";
    private const string Table = "DeliveryEngine/Outcomes/StatusTable.cs";
    private const string Turn = "DeliveryEngine/Turns/Turn.cs";

    public static IReadOnlyList<Bug> All { get; } =
    [
        new("answered-before-commit", Show.Killed, ["lost"],
            new Edit("Storage/Jobs/JobWriter.cs",
                "(Submitted)await _waiting.CommitAsync(new Submission(job, callbacks), stop);",
                "_waiting.CommitAsync(new Submission(job, callbacks), stop) is not null ? new Submitted.Accepted(job) : (Submitted)await _waiting.CommitAsync(new Submission(job, callbacks), stop);")),
        new("key-ignored", Show.Calm, ["idempotent"],
            new Edit("JobApi/Jobs/IdempotencyKey.cs", "if (header.Count == 0)", "if (header.Count >= 0)")),
        new("key-takes-any-body", Show.Calm, ["idempotent"],
            new Edit("Storage/Jobs/SubmissionBatch.cs", ": new Submitted.KeyReused();", ": new Submitted.Replayed(holder.Id);")),
        new("state-apart-from-deliveries", Show.Killed, ["lost"],
            new Edit("Storage/Jobs/JobCommits.cs", "await log.WriteAsync(session, stop);", "await log.WriteAsync(session, stop, owe: false);"),
            new Edit("Storage/Jobs/JobCommits.cs", "        watches.Publish(log.Events);", """
                        await database.WriteAsync(
                            async session =>
                            {
                                await log.OweAsync(session, stop);
                                waker.WakeWithin(session, log.Wakes);
                                return true;
                            },
                            stop);
                        watches.Publish(log.Events);
                """),
            new Edit(Log, "public async Task WriteAsync(SqlSession session, CancellationToken stop)", "public async Task WriteAsync(SqlSession session, CancellationToken stop, bool owe)"),
            new Edit(Log, "        var callbacks = await session.ReadAsync(\n            DeliveryStatements.ReadListeners", """
                        if (owe)
                            await OweAsync(session, stop);
                    }

                    public async Task OweAsync(SqlSession session, CancellationToken stop)
                    {
                        var callbacks = await session.ReadAsync(
                            DeliveryStatements.ReadListeners
                """)),
        new("numbers-with-gaps", Show.Calm, ["transitions"],
            new Edit(Transitions, "job.Upload = null; // the next attempt begins without it", "job.Upload = null; job.Version++;")),
        new("completed-by-id-only", Show.Refused, ["workers"],
            new Edit(Transitions, "job.Status != JobStatus.Running || job.Fence != fence ? Change.StaleFence : null;", "job.Status != JobStatus.Running ? Change.StaleFence : null;")),
        new("lapsed-jobs-stay", Show.Killed, ["liveness"],
            new Edit("Storage/Jobs/JobStore.cs", "lapsed.ForEach(job => JobTransitions.Lapse(log, job, waits));", "")),
        new("sent-before-its-row", Show.Disconnected, ["unrecorded", "duplicated"],
            new Edit(Engine, "                    waker.WakeWithin(session, result.Wakes);", "                    sender.Send(result.Parcels);\n                    waker.WakeWithin(session, result.Wakes);"),
            new Edit(Engine, "        sender.Send(result.Parcels);\n        await waker.WakeAfterAsync(result.Wakes);", "        await waker.WakeAfterAsync(result.Wakes);")),
        new("settled-without-the-fence", Show.Paused, ["fencing", "duplicated", "transitions"],
            new Edit(Leases, "WHERE j.Id = r.Id AND j.Fence = r.Fence ORDER BY j.Id", "WHERE j.Id = r.Id ORDER BY j.Id")),
        new("under-way-is-read-again", Show.Calm, ["fencing", "duplicated", "witness", "unrecorded"],
            new Edit("DeliveryEngine/Receivers/Slot.cs", "hold.HasBegun(delivery) && !_settled.Contains(delivery);", "hold.HasBegun(delivery) && _settled.Contains(delivery);")),
        new("attempts-of-the-dead-stay-open", Show.Killed, ["fencing"],
            new Edit(Settlements, "session.Write(CloseOrphans, [.. page.Where(d => d.LastNumber > d.Attempts)], (\"now\", now));", "")),
        new("wake-lost", Show.CalmOnServer, ["liveness"],
            new Edit("Storage/Deliveries/Waker.cs", "        if (!database.WritesOneByOne)\n            await WriteAsync(wakes);\n", ""),
            new Edit("Storage/Deliveries/Sweep.cs", "WHERE d.Status = 0 AND d.Id >= @since", "WHERE d.Status = 9 AND d.Id >= @since")),
        new("lease-without-end", Show.Killed, ["liveness"],
            new Edit(Turn, "row.Keep(_now + options.LeaseInUse);", "row.Keep(LeasedReceiver.Never);")),
        new("refusal-taken-for-delivered", Show.Calm, ["witness"],
            new Edit(Courier, "Outcome outcome = answered.Status is >= 200 and <= 299", "Outcome outcome = answered.Status is >= 200 and <= 299 or >= 500")),
        new("redirect-taken-for-delivered", Show.Calm, ["witness"],
            new Edit(Courier, "Outcome outcome = answered.Status is >= 200 and <= 299", "Outcome outcome = answered.Status is >= 200 and <= 399")),
        new("other-bytes-at-a-retry", Show.Calm, ["bytes"],
            new Edit(Courier, "parcel.WebhookId, parcel.Letter.Url, parcel.Letter.Body, parcel.Letter.Private", "parcel.WebhookId, parcel.Letter.Url, parcel.Number == 1 ? parcel.Letter.Body : [.. parcel.Letter.Body, (byte)'\\n'], parcel.Letter.Private")),
        new("signed-with-the-wrong-secret", Show.Calm, ["bytes", "witness"],
            new Edit("DeliveryEngine/Sending/SigningSecrets.cs", "own.Secret is { } secret ? Signing.With(secret) : await OfTenantAsync(tenant);", "await OfTenantAsync(tenant);")),
        new("waits-one-behind", Show.Refused, ["schedule"],
            new Edit("DeliveryEngine/Outcomes/Schedule.cs", "_waits[failures] + _waits[failures] *", "_waits[failures - 1] + _waits[failures - 1] *")),
        new("given-up-too-soon", Show.Calm, ["given-up"],
            new Edit(Table, "waits.WaitAfter(delivery.Failures + 1) is { } wait", "delivery.Failures < 1 && waits.WaitAfter(delivery.Failures + 1) is { } wait")),
        new("gone-is-sent-more", Show.Minute, ["heard"],
            new Edit(Table, "new Decision.Disable(\"gone\", RememberUrl: true)", "new Decision.Park(\"gone\")")),
        new("retry-after-is-not-heard", Show.Calm, ["schedule"],
            new Edit(Table, "wait < LongestAskedWait ? wait : LongestAskedWait", "TimeSpan.Zero")),
        new("order-is-not-kept", Show.Calm, ["ordered"],
            new Edit("Storage/Deliveries/OrderedQueues.cs", "return [.. await session.ReadAsync(Waiting, callbacks, row => row.Id<Callback>(), [], stop)];", "return [];")),
        new("owed-is-removed", Show.Minute, ["removed"],
            new Edit("Storage/Jobs/Retention.cs", "(d.Status = 0 AND d.DueAt < @never OR d.Status IN (0, 2) AND j.ExpiresAt > @parked)", "d.Status = 2 AND j.ExpiresAt > @parked"),
            new Edit("Storage/Jobs/Retention.cs", "status == DeliveryStatus.Pending && due < LeasedReceiver.Never);", "false);")),
    ];
}
