using Faults.Histories;

namespace Faults.Checkers;

internal static class Lost
{
    public static IEnumerable<string> In(History history)
    {
        var jobs = history.Audit.Jobs.ToDictionary(j => j.Id);
        var callbacks = history.Audit.Callbacks.ToLookup(c => c.JobId);
        foreach (var call in history.Calls.Where(c => c is { Result: CallResult.Ok, Expires: false, Kind: CallKind.Submit or CallKind.Redrive or CallKind.AddCallback }))
        {
            if (call.JobId is null || !jobs.ContainsKey(call.JobId))
                yield return $"call {call.Number} was answered {call.Status} with {call.JobId}, which is not there";
            else
                foreach (var path in call.Callbacks.Except(callbacks[call.JobId].Select(c => c.Path)))
                    yield return $"call {call.Number} was answered {call.Status}, but {call.JobId} has no callback {path}";
        }
        foreach (var sentence in NotOwed(history))
            yield return sentence;
    }

    /// <summary>
    /// A callback is owed each event of its filter since it was registered, and the last one even when it came later. One that a replay
    /// enabled again was owed nothing in between: it has deliveries in a later round.
    /// </summary>
    private static IEnumerable<string> NotOwed(History history)
    {
        var enabledAgain = history.Audit.Deliveries.Where(d => d.Round > 1).Select(d => d.CallbackId).ToHashSet();
        var events = history.Audit.Events.ToLookup(e => e.JobId);
        var owed = history.Audit.Deliveries.ToLookup(d => (d.CallbackId, d.Seq));
        foreach (var callback in history.Audit.Callbacks.Where(c => c.Status == Codes.CallbackActive && !enabledAgain.Contains(c.Id)))
            foreach (var happened in events[callback.JobId].Where(e => (callback.Events & (1 << e.Type)) != 0))
            {
                var count = owed[(callback.Id, happened.Seq)].Count();
                var mustBe = happened.Type >= Codes.FirstTerminalEvent || happened.At > callback.CreatedAt;
                if (count == 0 && mustBe)
                    yield return $"event {happened.Seq} of {callback.JobId} is not owed to {callback.Id}";
                else if (count > 1)
                    yield return $"event {happened.Seq} of {callback.JobId} is owed {count} times to {callback.Id}";
            }
    }
}
