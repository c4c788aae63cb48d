using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Storage.Jobs;
using Storage.Tenants;

namespace Storage.Operations;

/// <summary>
/// Where a tenant's operations log stands. Its events are <see cref="JobEvent"/>s and its callback a <see cref="Callback"/>, both under an id
/// that names no job, so that they are signed, sent, retried, listed and replayed as everything else is. Who appends locks this row.
/// </summary>
internal sealed class OperationsSequence
{
    public required Id<Job> LogId { get; init; }

    public required Id<Tenant> TenantId { get; init; }

    /// <summary>The number of the newest event.</summary>
    public int Seq { get; set; }

    /// <summary>The log's id follows from the tenant, so that nobody looks it up. It has no time in it, as a job's would.</summary>
    public static Id<Job> LogOf(Id<Tenant> tenant)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{tenant}\noperations"), hash);
        return new(BinaryPrimitives.ReadUInt128BigEndian(hash).ToGuid());
    }
}
