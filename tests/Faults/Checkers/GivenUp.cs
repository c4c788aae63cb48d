using Faults.Histories;

namespace Faults.Checkers;

/// <summary>Why a delivery was parked or canceled, and whether its receiver, or its schedule, bears that out.</summary>
internal static class GivenUp
{
    public static IEnumerable<string> In(History history)
    {
        var attempts = history.Audit.Attempts.ToLookup(a => a.DeliveryId);
        var callbacks = history.Audit.Callbacks.ToDictionary(c => c.Id);
        var answers = history.Requests.ToLookup(r => r.Path);
        foreach (var delivery in history.Audit.Deliveries.Where(d => d.Status >= Codes.Parked))
            if (callbacks.TryGetValue(delivery.CallbackId, out var callback) && !IsBorneOut(delivery, callback, attempts[delivery.Id], answers[callback.Path], history))
                yield return $"{delivery.Id} was given up as {delivery.Reason} after {attempts[delivery.Id].Count(a => a.Round == delivery.Round)} attempts, without a cause";
    }

    private static bool IsBorneOut(
        DeliveryRow delivery, CallbackRow callback, IEnumerable<AttemptRow> attempts, IEnumerable<Received> answers, History history) => delivery.Reason switch
        {
            "retries_exhausted" => attempts.Count(a => a.Round == delivery.Round && a.Counts) == (callback.Tries ?? history.Terms.Schedule.Count),
            "refused_by_receiver" => answers.Any(a => a.Id == delivery.WebhookId && a.Wish == "abort-message"),

            // Of a URL that is gone, all callbacks hear.
            "gone" => answers.Any(a => a.Answer == 410),
            "disabled_by_receiver" => answers.Any(a => a.Wish == "disable"),
            "callback_deleted" => history.Calls.Any(c => c.Kind == CallKind.RemoveCallback && c.Subject == callback.Id),
            _ => false,
        };
}
