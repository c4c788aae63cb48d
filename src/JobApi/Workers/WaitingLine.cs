using Storage;
using Storage.Jobs;
using Storage.Tenants;
using Storage.Workers;

namespace JobApi.Workers;

/// <summary>
/// Who waits for jobs, in the order they came. Whoever a turn is claiming for can't leave before its end, or what it was given would be lost.
/// </summary>
internal sealed class WaitingLine(WorkerBook book)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<WaitingClaim> _claims = [];
    private bool _isClosed;

    public int Count
    {
        get
        {
            lock (_gate)
                return _claims.Count;
        }
    }

    /// <summary>False where nobody is let in any more.</summary>
    public bool TryJoin(WaitingClaim claim)
    {
        lock (_gate)
        {
            if (!_isClosed)
                claim.Place = _claims.AddLast(claim);
            return !_isClosed;
        }
    }

    /// <summary>At once, or at the end of the turn that claims for it.</summary>
    public void Leave(WaitingClaim claim)
    {
        lock (_gate)
        {
            claim.LeavesNext = true;
            if (!claim.IsInTurn)
                Remove(claim, []);
        }
    }

    /// <summary>Everybody who waits now; they stay until the turn says what came of it.</summary>
    public WaitingClaim[] BeginTurn()
    {
        lock (_gate)
        {
            foreach (var claim in _claims)
                claim.IsInTurn = true;
            return [.. _claims];
        }
    }

    /// <summary>Sends off who was given jobs, and who waits no longer.</summary>
    public void EndTurn(WaitingClaim[] claims, Func<int, IReadOnlyList<Job>> given)
    {
        lock (_gate)
            for (var i = 0; i < claims.Length; i++)
            {
                var jobs = given(i);
                claims[i].IsInTurn = false;
                if (jobs.Count > 0 || claims[i].LeavesNext)
                    Remove(claims[i], jobs);
            }
    }

    /// <summary>Notes that who waits is still there. Answers the keys that they wait with.</summary>
    public IReadOnlyCollection<Id<ApiKey>> LookAround()
    {
        lock (_gate)
        {
            foreach (var claim in _claims)
                claim.Tell(book);
            return [.. _claims.Where(c => c.Key is not null).Select(c => c.Key!.Value).Distinct()];
        }
    }

    /// <summary>Ends the claims that wait with a key which isn't good any more.</summary>
    public void TurnAway(Id<ApiKey> key)
    {
        lock (_gate)
            foreach (var claim in _claims.Where(c => c.Key == key).ToList())
            {
                claim.IsTurnedAway = true;
                Leave(claim);
            }
    }

    /// <summary>Sends everybody home and lets nobody in.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            foreach (var claim in _claims.ToList())
                Leave(claim);
        }
    }

    private void Remove(WaitingClaim claim, IReadOnlyList<Job> jobs)
    {
        if (claim.Place?.List is not null)
            _claims.Remove(claim.Place);
        claim.Given.TrySetResult(jobs);
    }
}
