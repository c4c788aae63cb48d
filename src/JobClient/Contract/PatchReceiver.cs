namespace Webhooks.Contract;

/// <summary>Body of <c>PATCH /receivers/{id}</c>: what is absent stays as it is. Limits hold for all lanes together.</summary>
public sealed record PatchReceiver
{
    /// <summary>POSTs at once, 1 to 64; 0: as many as the deployment allows.</summary>
    public int? MaxInFlight { get; init; }

    /// <summary>POSTs per second, 0.01 to 10,000; 0: no limit.</summary>
    public double? RatePerSecond { get; init; }

    /// <summary>1 to 16: how many engines may serve it at once. Events of one job stay in one lane.</summary>
    public int? Lanes { get; init; }

    /// <summary>False parks what it is owed, now and from now on; true takes it up again.</summary>
    public bool? Enabled { get; init; }
}
