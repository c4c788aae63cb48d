using Storage.Gates;
using Storage.Tenants;

namespace Storage.Jobs.Claims;

/// <summary>Hands candidates out to wishes: each to the first that wants it and has room.</summary>
internal sealed class Allotment
{
    private readonly Dictionary<JobQueue, Queue<int>> _takers = [];
    private readonly Dictionary<JobQueue, int> _wanted = [];
    private readonly Dictionary<Id<Job>, int> _given = [];
    private readonly int[] _room;
    private readonly int _most;

    public Allotment(IReadOnlyList<ClaimWish> wishes, IReadOnlyList<Id<Tenant>> everyTenant, int most)
    {
        _most = most;
        _room = [.. wishes.Select(w => w.Max)];
        for (var i = 0; i < wishes.Count; i++)
            foreach (var queue in wishes[i].Queues(everyTenant).Distinct())
            {
                if (!_takers.TryGetValue(queue, out var takers))
                    _takers[queue] = takers = [];
                takers.Enqueue(i);
                _wanted[queue] = Math.Min(most, _wanted.GetValueOrDefault(queue) + wishes[i].Max);
            }
    }

    public IReadOnlyCollection<JobQueue> Queues => _takers.Keys;

    /// <summary>The index of the wish that each job goes to.</summary>
    public IReadOnlyDictionary<Id<Job>, int> Given => _given;

    /// <summary>How many of a queue could be handed out if nothing else were.</summary>
    public int Wanted(JobQueue queue) => _wanted[queue];

    /// <summary>Hands out the first candidate that somebody can take; false where there is none, or enough was handed out.</summary>
    public bool GiveFirst(Queue<Candidate> candidates, OpenGates gates)
    {
        while (_given.Count < _most && candidates.TryDequeue(out var candidate))
            if (!_given.ContainsKey(candidate.Id) && TakerOf(candidate.Queue) is { } taker && gates.TryTake(candidate.Queue))
            {
                _given[candidate.Id] = taker;
                _room[taker]--;
                return true;
            }
        return false;
    }

    private int? TakerOf(JobQueue queue)
    {
        var takers = _takers[queue];
        while (takers.TryPeek(out var taker))
        {
            if (_room[taker] > 0)
                return taker;
            takers.Dequeue();
        }
        return null;
    }
}
