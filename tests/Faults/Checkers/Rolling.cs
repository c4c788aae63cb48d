using Faults.Histories;

namespace Faults.Checkers;

internal static class Rolling
{
    /// <summary>What an earlier fault did to a call shows as late as the client's own patience.</summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(15);

    public static IEnumerable<string> In(History history)
    {
        List<(string What, int? Status, Breakage? Broke, DateTimeOffset From, DateTimeOffset? Until)> calls =
        [
            .. history.Calls.Select(c => ($"call {c.Number}, {c.Kind},", c.Status, c.Broke, c.From, c.Until)),
            .. history.WorkerCalls.Select(c => ($"worker's call {c.Number}, {c.Verb},", c.Status, c.Broke, c.From, c.Until)),
        ];
        foreach (var restart in history.Disturbances.Where(d => d.Harm == Harm.RollingRestart))
            foreach (var call in calls.Where(c => c.From >= restart.From && c.From <= restart.Until && !history.WasDisturbed(c.From - Aftermath, c.Until ?? restart.Until)))
                if (call.Status is >= 500 and not 503)
                    yield return $"{call.What} was answered {call.Status} while the processes were restarted one by one";
                else if (call.Broke == Breakage.TookTooLong || call.Until is null)
                    yield return $"{call.What} got no answer while the processes were restarted one by one";
    }
}
