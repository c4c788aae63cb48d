using DeliveryEngine.Receivers;
using DeliveryEngine.Sending;
using Storage.Deliveries;
using Storage.Operations;

namespace DeliveryEngine.Turns;

/// <summary>What a turn's commit means for the engine's memory.</summary>
internal sealed record TurnResult
{
    public List<Parcel> Parcels { get; } = [];
    public List<Slot> Kept { get; } = [];
    public List<Hold> Released { get; } = [];

    /// <summary>Held by somebody else by now: nothing was written for them.</summary>
    public List<Hold> Lost { get; } = [];

    /// <summary>Of these, what waits for a place must not be sent now.</summary>
    public List<Hold> Held { get; } = [];

    /// <summary>What became of deliveries.</summary>
    public List<DeliveryStatus> Settled { get; } = [];

    /// <summary>What became of receivers, for the operator's log.</summary>
    public List<Happening> Changes { get; } = [];

    /// <summary>What lanes found out that others have to know.</summary>
    public List<LaneNews> News { get; } = [];

    /// <summary>Work was left for want of time, and no outcome will ring for it.</summary>
    public bool MustGoOn { get; set; }

    /// <summary>Receivers found no room among those that have yet to show that they answer, and come back soon.</summary>
    public bool HasCrowdedOut { get; set; }

    /// <summary>Receivers of operations events that the turn wrote.</summary>
    public Wakes Wakes { get; } = new();
}
