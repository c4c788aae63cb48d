using Storage;
using Storage.Gates;
using Storage.Tenants;
using Storage.Workers;
using Webhooks.Contract;

namespace JobApi.Types;

/// <summary>The types of job that a tenant has something to say about, or that somebody works on.</summary>
internal sealed class TypeList(GateStore gates, WorkerStore workers)
{
    /// <summary>By name.</summary>
    public async Task<IReadOnlyList<TypeDocument>> ReadAsync(Id<Tenant> tenant, CancellationToken stop)
    {
        await workers.WriteNewsAsync(all: true, stop);
        var (found, _) = await gates.ReadAsync(tenant, stop);
        var gateOf = found.Where(g => g.Type != Gate.WholeTenant).ToDictionary(g => g.Type, StringComparer.Ordinal);
        var running = await gates.CountRunningAsync(tenant, stop);
        var working = await workers.LiveTypesAsync(tenant, stop);
        return
        [
            .. gateOf.Keys.Union(running.Keys).Union(working.Keys).Order(StringComparer.Ordinal).Select(type => new TypeDocument
            {
                Type = type, Paused = gateOf.GetValueOrDefault(type)?.PausedAt is not null, MaxRunning = gateOf.GetValueOrDefault(type)?.MaxRunning,
                Running = running.GetValueOrDefault(type), Workers = working.GetValueOrDefault(type),
            }),
        ];
    }

    public async Task<TypeDocument> ReadAsync(Id<Tenant> tenant, string type, CancellationToken stop) =>
        (await ReadAsync(tenant, stop)).FirstOrDefault(t => t.Type == type) ?? new() { Type = type, Paused = false, Running = 0, Workers = 0 };
}
