using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Storage.Tenants;

namespace Storage.Deliveries;

/// <summary>Everything behind one origin for one tenant. It owns a queue; whoever leases it sends what is due in it.</summary>
internal sealed class Receiver : INamed
{
    public static string Prefix => "rcv_";

    public required Id<Receiver> Id { get; init; }
    public required Id<Tenant> TenantId { get; init; }

    /// <summary><c>https://host:port</c>, lower case.</summary>
    public required string Origin { get; init; }

    public int Lane { get; init; }

    /// <summary>When there is work; while leased, when the lease ends, so that a crash makes it due by itself.</summary>
    public DateTimeOffset DueAt { get; set; }

    public DateTimeOffset LeasedUntil { get; set; }

    /// <summary>Grows with each claim; an owner that names an older one changes nothing.</summary>
    public long Fence { get; set; }

    /// <summary>Nothing is sent before: the receiver asked to wait, or is throttled.</summary>
    public DateTimeOffset HeldUntil { get; set; }

    /// <summary>Until then some URL of it is remembered as gone.</summary>
    public DateTimeOffset GoneUntil { get; set; }

    /// <summary>1 when something became due since the owner last looked.</summary>
    public int Poked { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// The id follows from what the receiver is, so that a delivery can name its receiver without looking it up, and a row that was idle
    /// and removed comes back as the same one.
    /// </summary>
    public static Id<Receiver> IdOf(Id<Tenant> tenant, string origin, int lane = 0)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{tenant}\n{origin}\n{lane}"), hash);
        return new(BinaryPrimitives.ReadUInt128BigEndian(hash).ToGuid());
    }
}
