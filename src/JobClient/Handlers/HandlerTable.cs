using Webhooks.Workers;

namespace Webhooks.Handlers;

/// <summary>The types of job that this process does.</summary>
internal sealed class HandlerTable
{
    private readonly Dictionary<string, HandlerEntry> _entries = [];

    /// <exception cref="InvalidOperationException">Two handlers want one type.</exception>
    public HandlerTable(IEnumerable<HandlerEntry> entries)
    {
        foreach (var entry in entries)
            if (!_entries.TryAdd(entry.Type, entry))
                throw new InvalidOperationException($"Jobs of type '{entry.Type}' have two handlers; a type has one.");
    }

    public HandlerEntry Find(string type) => _entries[type];

    /// <summary>A lane for each type that has slots of its own, and one for all others.</summary>
    public IReadOnlyList<Lane> Lanes(int shared)
    {
        var own = _entries.Values.Where(e => e.Concurrency is not null).Select(e => new Lane([e.Type], e.Concurrency!.Value));
        var others = _entries.Values.Where(e => e.Concurrency is null).Select(e => e.Type).ToList();
        return others.Count == 0 ? [.. own] : [.. own, new Lane(others, shared)];
    }
}
