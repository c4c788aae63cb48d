namespace JobApi.Handlers;

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
        Types = [.. _entries.Keys];
    }

    public IReadOnlyList<string> Types { get; }

    public HandlerEntry Find(string type) => _entries[type];
}
