namespace Faults.Load;

/// <summary>Jobs that were accepted: what cancels, redrives and readers are about.</summary>
internal sealed class Accepted
{
    private const int Recent = 50;

    private readonly List<string> _ids = [];

    public void Add(string id)
    {
        lock (_ids)
            _ids.Add(id);
    }

    /// <summary>Any of them; null where there is none yet.</summary>
    public string? Any(Random random)
    {
        lock (_ids)
            return _ids.Count == 0 ? null : _ids[random.Next(_ids.Count)];
    }

    /// <summary>One that most likely goes on still.</summary>
    public string? AnyRecent(Random random)
    {
        lock (_ids)
            return _ids.Count == 0 ? null : _ids[^random.Next(1, Math.Min(_ids.Count, Recent) + 1)];
    }
}
