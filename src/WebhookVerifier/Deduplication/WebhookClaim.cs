namespace WebhookVerifier;

/// <summary>The answer of <see cref="IDeduplication.BeginAsync"/>, and the ticket for the second step.</summary>
/// <param name="Id">The <c>webhook-id</c>.</param>
/// <param name="State">Whether the event is ours to handle.</param>
/// <param name="Token">Tells this claim from a later one on the same id; only meaningful when <paramref name="State"/> is
/// <see cref="ClaimState.New"/>.</param>
public readonly record struct WebhookClaim(string Id, ClaimState State, Guid Token);
