using Storage.Deliveries;
using Storage.Sql;

namespace Storage.Jobs;

/// <summary>
/// What one commit adds to the log: jobs that changed, their events, and one delivery per callback whose filter matches. All of it is
/// written by one transaction, which already holds the jobs' row locks, or none of it.
/// </summary>
internal sealed class JobLog(JobJson json, RetentionOptions retention, DateTimeOffset now)
{
    private readonly Dictionary<Id<Job>, Job> _changed = [];
    private readonly List<JobEvent> _events = [];
    private readonly List<Callback> _newCallbacks = [];
    private readonly Dictionary<Id<Callback>, int> _registeredAt = [];
    private readonly List<Callback> _endedCallbacks = [];
    private readonly List<(Callback Callback, JobEventType Type, int BodyBytes, int Seq)> _ended = [];
    private readonly List<Delivery> _deliveries = [];
    private readonly HashSet<Id<Job>> _withDeliveries = [];

    /// <summary>The time of everything in this commit.</summary>
    public DateTimeOffset Now => now;

    /// <summary>When a job that ends in this commit is removed.</summary>
    public DateTimeOffset ExpiryOf(Job ended) => now + retention.Of(ended);

    /// <summary>The receivers to wake for what was written.</summary>
    public Wakes Wakes { get; } = new();

    /// <summary>The events of this commit, each job's in order.</summary>
    public IReadOnlyList<JobEvent> Events => _events;

    /// <summary>The jobs that this commit ended.</summary>
    public IEnumerable<Job> Ended => _events.Where(e => EventSet.Terminal.Includes(e.Type)).Select(e => _changed[e.JobId]);

    /// <summary>True when a job became due or may be started, or may have.</summary>
    public bool MadeJobsDue { get; private set; }

    /// <summary>A job has ended that was claimed under a limit: one that waits for that may start.</summary>
    public void FreeSlotOf(Job ended) => MadeJobsDue |= ended.IsLimited;

    /// <summary>Keeps a change of state that is no event, such as a longer lease.</summary>
    public void Keep(Job job)
    {
        _changed[job.Id] = job;
        MadeJobsDue |= job.Status == JobStatus.Pending;
    }

    /// <summary>Appends an event: the job's next number, its state as it is now.</summary>
    public void Append(Job job, JobEventType type, byte[]? output = null)
    {
        job.Version++;
        Write(job, type, output);
        Keep(job);
    }

    /// <summary>Registers a callback. One that comes after the end still gets the terminal event.</summary>
    public void Add(Job job, Callback callback)
    {
        _newCallbacks.Add(callback);
        _registeredAt[callback.Id] = job.Version;
        job.CallbackCount++;
        job.CallbackEvents |= callback.Events;
        Keep(job);
        if (!job.IsTerminal || !callback.Events.Includes(TerminalEvent(job.Status)))
            return;
        _ended.Add((callback, TerminalEvent(job.Status), (job.Result?.Length ?? 0) + 4096, job.Version));
        _withDeliveries.Add(job.Id);
    }

    /// <summary>Removes a callback; what is still owed to it is canceled. Several who remove the same one count it once.</summary>
    public void Remove(Job job, Callback callback)
    {
        callback.Status = CallbackStatus.Deleted;
        callback.Reason = "callback_deleted";
        if (_endedCallbacks.Exists(c => c.Id == callback.Id))
            return;
        job.CallbackCount--;
        _endedCallbacks.Add(callback);
        Keep(job);
    }

    /// <summary>Begins the log of a job whose row is inserted already, complete with its first number and its callbacks' filters.</summary>
    public void Enqueue(Job job, IReadOnlyList<Callback> callbacks)
    {
        _newCallbacks.AddRange(callbacks);
        Write(job, JobEventType.Enqueued, output: null);
        MadeJobsDue = true;
    }

    /// <summary>What an earlier run of the same work committed before its answer got lost: all that is left to do is to wake.</summary>
    public void EnqueuedBefore(IReadOnlyList<Callback> callbacks)
    {
        MadeJobsDue = true;
        foreach (var callback in callbacks.Where(c => c.Events.Includes(JobEventType.Enqueued)))
            Wakes.Add(callback);
    }

    public async Task WriteAsync(SqlSession session, CancellationToken stop)
    {
        await CountRemovedOnceAsync(session, stop);
        // Row locks are taken in the order of ids by everybody who takes several.
        session.Write(JobStatements.Update, [.. _changed.Values.OrderBy(j => j.Id)]);
        session.Write(JobStatements.InsertEvents, _events);
        session.Write(DeliveryStatements.InsertCallbacks, _newCallbacks);
        session.Write(DeliveryStatements.UpdateCallbacks, _endedCallbacks);
        session.Write(DeliveryStatements.CancelPending, _endedCallbacks);
        var callbacks = await session.ReadAsync(
            DeliveryStatements.ReadListeners, [.. _withDeliveries],
            row => (Callback: DeliveryStatements.ReadCallback(row), Lanes: row.MaybeInt() ?? 1), [], stop);
        OweEvents(callbacks);
        if (_deliveries.Count == 0)
            return;
        await QueueAsync(session, stop);
        session.Write(DeliveryStatements.InsertDeliveries, _deliveries);
        var known = callbacks.ToDictionary(c => c.Callback.Id, c => c.Callback);
        foreach (var owed in _deliveries.DistinctBy(d => d.ReceiverId))
            Wakes.Add(owed.ReceiverId, known[owed.CallbackId]);
    }

    /// <summary>A callback was looked at before its job was locked: somebody else may have removed it since.</summary>
    private async Task CountRemovedOnceAsync(SqlSession session, CancellationToken stop)
    {
        foreach (var removed in await session.ReadAsync(
            DeliveryStatements.AreRemoved, _endedCallbacks, row => row.Id<Callback>(), [], stop))
            _changed[_endedCallbacks.Single(c => c.Id == removed).JobId].CallbackCount++;
    }

    private void Write(Job job, JobEventType type, byte[]? output)
    {
        _events.Add(new JobEvent { JobId = job.Id, Seq = job.Version, Type = type, CreatedAt = now, Body = json.Event(job, type, now, output) });
        if (job.CallbackEvents.Includes(type))
            _withDeliveries.Add(job.Id);
    }

    /// <summary>A callback registered by this very commit is owed what comes after it, and the end even if that came before it.</summary>
    private void OweEvents(List<(Callback Callback, int Lanes)> callbacks)
    {
        var lanes = callbacks.ToDictionary(c => c.Callback.Id, c => c.Lanes);
        foreach (var (callback, type, bodyBytes, seq) in _ended)
            Owe(callback, seq, type, bodyBytes, lanes[callback.Id]);
        var byJob = callbacks.ToLookup(c => c.Callback.JobId);
        foreach (var happened in _events)
            foreach (var (callback, among) in byJob[happened.JobId])
                if (callback.Events.Includes(happened.Type) && happened.Seq > _registeredAt.GetValueOrDefault(callback.Id))
                    Owe(callback, happened.Seq, happened.Type, happened.Body.Length, among);
    }

    private void Owe(Callback callback, int seq, JobEventType type, int bodyBytes, int lanes) =>
        _deliveries.Add(Delivery.Of(callback, seq, type, bodyBytes, now, lanes));

    /// <summary>Of what is owed to an ordered callback, only the first has a due time, and not even that where others come before it.</summary>
    private async Task QueueAsync(SqlSession session, CancellationToken stop)
    {
        var ordered = _deliveries.FindAll(d => d.Ordering != Ordering.None);
        var waiting = await OrderedQueues.LockTailsAsync(session, [.. ordered.Select(d => d.CallbackId).Distinct()], stop);
        foreach (var owed in ordered)
            if (!waiting.Add(owed.CallbackId))
                owed.DueAt = LeasedReceiver.Never;
    }

    private static JobEventType TerminalEvent(JobStatus status) => status switch
    {
        JobStatus.Succeeded => JobEventType.Succeeded,
        JobStatus.Failed => JobEventType.Failed,
        _ => JobEventType.Canceled,
    };
}
