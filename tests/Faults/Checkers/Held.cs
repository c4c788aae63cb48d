using Faults.Histories;

namespace Faults.Checkers;

internal static class Held
{
    /// <summary>What was under way when the pause came goes on; its owner looks again within a second, on a busy machine a few.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    public static IEnumerable<string> In(History history)
    {
        var paths = history.Audit.Callbacks.ToDictionary(c => c.Id, c => c.Path);
        var receivers = history.Audit.Deliveries.ToDictionary(d => d.Id, d => paths.GetValueOrDefault(d.CallbackId, "/").Split('/')[1]);
        var attempts = history.Audit.Attempts.ToLookup(a => receivers.GetValueOrDefault(a.DeliveryId));
        var resumes = history.Calls.Where(c => c.Kind == CallKind.ResumeReceiver).ToLookup(c => c.Subject);
        foreach (var pause in history.Calls.Where(c => c is { Kind: CallKind.PauseReceiver, Result: CallResult.Ok }))
        {
            var from = pause.Until!.Value;
            var until = resumes[pause.Subject].Where(r => r.From > from).Select(r => r.From).DefaultIfEmpty(history.Terms.QuietFrom).Min();
            foreach (var attempt in attempts[pause.Subject].Where(a => a.StartedAt > from + Slack && a.StartedAt < until && !history.WasDisturbed(from, a.StartedAt)))
                yield return $"attempt {attempt.Number} of {attempt.DeliveryId} began {(attempt.StartedAt - from).TotalSeconds:0.0} s after {pause.Subject} was paused";
        }
    }
}
