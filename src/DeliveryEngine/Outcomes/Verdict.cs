namespace DeliveryEngine.Outcomes;

/// <summary>What an outcome says about the receiver, for its breaker.</summary>
internal enum Verdict
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It answers.</summary>
    Works,

    /// <summary>It fails.</summary>
    Fails,

    /// <summary>It fails for a callback; it is the receiver's failure when another callback sees the same.</summary>
    FailsForOne,
}
