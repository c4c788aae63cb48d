using Storage;
using Storage.Jobs;
using Storage.Jobs.Claims;
using Storage.Tenants;
using Storage.Workers;

namespace JobApi.Workers;

/// <summary>One claim at the desk. Its state is the desk's, under the desk's lock.</summary>
internal sealed class WaitingClaim(ClaimWish wish)
{
    public ClaimWish Wish => wish;

    /// <summary>The key that it came with; none for handlers of this process.</summary>
    public Id<ApiKey>? Key { get; init; }

    /// <summary>What the worker says its version is.</summary>
    public string? Version { get; init; }

    /// <summary>Its key stopped being good while it waited.</summary>
    public bool IsTurnedAway { get; set; }

    /// <summary>A turn is claiming for it, and will say what came of it.</summary>
    public bool IsInTurn { get; set; }

    /// <summary>It does not wait any longer than to the end of the next turn.</summary>
    public bool LeavesNext { get; set; }

    public LinkedListNode<WaitingClaim>? Place { get; set; }

    public TaskCompletionSource<IReadOnlyList<Job>> Given { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Notes that the worker is there.</summary>
    public void Tell(WorkerBook book) => book.Asks(wish.Tenant ?? Worker.Everybody, wish.Worker, wish.Types, Version);
}
