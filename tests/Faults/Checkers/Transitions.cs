using Faults.Histories;

namespace Faults.Checkers;

internal static class Transitions
{
    public static IEnumerable<string> In(History history)
    {
        var events = history.Audit.Events.ToLookup(e => e.JobId);
        foreach (var job in history.Audit.Jobs)
        {
            List<EventRow> log = [.. events[job.Id].OrderBy(e => e.Seq)];
            if (!log.Select(e => e.Seq).SequenceEqual(Enumerable.Range(1, job.Version)))
                yield return $"{job.Id} is at version {job.Version}, but its events are {string.Join(' ', log.Select(e => e.Seq))}";
            else if (Fault(log, job) is { } fault)
                yield return $"{job.Id}: {fault}";
        }
        foreach (var sentence in history.Audit.Deliveries.Where(d => d.Status > Codes.Delivered && string.IsNullOrEmpty(d.Reason)))
            yield return $"{sentence.Id} was given up without a reason";
        foreach (var sentence in Deliveries(history))
            yield return sentence;
    }

    private static string? Fault(List<EventRow> log, JobRow job)
    {
        var state = State.None;
        foreach (var happened in log)
        {
            var next = Next(state, happened.Type);
            if (next is null)
                return $"event {happened.Seq} of type {happened.Type} can't follow {state}";
            state = next.Value;
        }
        var expected = job.Status switch { 0 => State.Pending, 1 => State.Running, _ => State.Ended };
        if (state != expected)
            return $"its last event leaves it {state}, its row says {expected}";
        if (state == State.Ended && log[^1].Type - Codes.FirstTerminalEvent != job.Status - Codes.JobFirstTerminal)
            return $"its last event is of type {log[^1].Type}, its status {job.Status}";
        return log.Count(e => e.Type == Codes.Started) != job.Fence ? $"it was started {log.Count(e => e.Type == Codes.Started)} times, its fence is {job.Fence}" : null;
    }

    private static State? Next(State state, int type) => (state, type) switch
    {
        (State.None, Codes.Enqueued) => State.Pending,
        (State.Pending, Codes.Started) => State.Running,
        (State.Running, Codes.RetryScheduled) => State.Pending,
        (State.Running, 2 or 3 or Codes.CancelRequested) => State.Running,
        (State.Pending or State.Running, >= Codes.FirstTerminalEvent) => State.Ended,
        _ => null,
    };

    private static IEnumerable<string> Deliveries(History history)
    {
        var attempts = history.Audit.Attempts.ToLookup(a => a.DeliveryId);
        foreach (var delivery in history.Audit.Deliveries)
        {
            var accepted = attempts[delivery.Id].Where(a => a.Succeeded).ToList();
            foreach (var twice in accepted.GroupBy(a => a.Round).Where(r => r.Count() > 1))
                yield return $"{delivery.Id} was delivered {twice.Count()} times in round {twice.Key}";
            if (delivery.Status == Codes.Delivered && accepted.Count == 0)
                yield return $"{delivery.Id} is delivered without an attempt that succeeded";
            if (attempts[delivery.Id].Any(a => a.Round > delivery.Round))
                yield return $"{delivery.Id} has an attempt of a round that has not begun";
        }
    }

    private enum State { None, Pending, Running, Ended }
}
