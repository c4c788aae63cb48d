using Webhooks.Client;
using Webhooks.Contract;

namespace QuickStart;

/// <summary>Watches what an administrator would: deliveries and their attempts.</summary>
internal static class Deliveries
{
    private static readonly HashSet<string> Shown = [];

    /// <summary>Says each attempt as it is recorded, and answers when nothing is pending any more.</summary>
    public static async Task<List<DeliveryDocument>> UntilSettledAsync(JobClient client, string jobId, Timeline timeline)
    {
        while (true)
        {
            var deliveries = new List<DeliveryDocument>();
            await foreach (var delivery in client.Deliveries.ListAsync(new DeliveryFilter { JobId = jobId }))
            {
                deliveries.Add(delivery);
                await foreach (var attempt in client.Deliveries.AttemptsAsync(delivery.Id))
                    if (attempt.FinishedAt is not null && Shown.Add($"{delivery.Id} {attempt.Number}"))
                        timeline.Say("engine", $"{delivery.Id} attempt {attempt.Number}: {attempt.StatusCode} in {attempt.DurationMs} ms");
            }
            if (deliveries.TrueForAll(d => d.Status != DeliveryStatuses.Pending))
                return deliveries;
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
    }
}
