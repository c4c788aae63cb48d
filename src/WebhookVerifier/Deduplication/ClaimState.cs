namespace WebhookVerifier;

/// <summary>What is known of an event when it arrives.</summary>
public enum ClaimState
{
    /// <summary>Somebody else is handling it. Do not handle it; let the sender come again.</summary>
    InProgress = 0,

    /// <summary>It is yours to handle, until you complete or abandon the claim, or it lapses.</summary>
    New = 1,

    /// <summary>It has been handled. Acknowledge it and do nothing.</summary>
    Done = 2,
}
