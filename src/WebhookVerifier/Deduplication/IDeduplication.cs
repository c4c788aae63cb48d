namespace WebhookVerifier;

/// <summary>
/// Remembers which events were handled, in three steps, so that a crash in the middle loses nothing: begin, handle, complete.
/// A claim that is neither completed nor abandoned lapses, and the next delivery of the event is handled again.
/// Ids are only unique per sender: give each sender a store, or a table, of its own.
/// </summary>
public interface IDeduplication
{
    /// <summary>Claims the event for handling. Of any number of callers at once, one gets <see cref="ClaimState.New"/>.</summary>
    /// <param name="id">A verified <c>webhook-id</c>.</param>
    /// <param name="stop">Gives up.</param>
    Task<WebhookClaim> BeginAsync(string id, CancellationToken stop = default);

    /// <summary>Marks the event as handled and keeps that for the retention time. Doing it twice is harmless.</summary>
    /// <param name="claim">What <see cref="BeginAsync"/> answered.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns><see langword="false"/> when the claim had lapsed and another took the event over; nothing changed then.</returns>
    Task<bool> CompleteAsync(WebhookClaim claim, CancellationToken stop = default);

    /// <summary>
    /// Gives the event back, so that its next delivery is handled. Changes nothing if another took it over, or it is done.
    /// </summary>
    /// <param name="claim">What <see cref="BeginAsync"/> answered.</param>
    /// <param name="stop">Gives up.</param>
    Task AbandonAsync(WebhookClaim claim, CancellationToken stop = default);
}
