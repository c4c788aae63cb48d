using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Storage.Tenants;

namespace Storage.Deliveries;

/// <summary>
/// Everything behind one origin for one tenant, or one lane of it. It owns a queue; whoever leases it sends what is due in it. What an
/// administrator sets is the same in the rows of all lanes.
/// </summary>
internal sealed class Receiver : INamed
{
    /// <summary>The most lanes that one origin can have.</summary>
    public const int MostLanes = 16;

    public static string Prefix => "rcv_";

    public required Id<Receiver> Id { get; init; }
    public required Id<Tenant> TenantId { get; init; }

    /// <summary><c>https://host:port</c>, lower case.</summary>
    public required string Origin { get; init; }

    /// <summary>0, unless the origin is given more lanes: a job's deliveries are all in one.</summary>
    public int Lane { get; init; }

    /// <summary>When there is work; while leased, when the lease ends, so that a crash makes it due by itself.</summary>
    public DateTimeOffset DueAt { get; set; }

    public DateTimeOffset LeasedUntil { get; set; }

    /// <summary>Grows with each claim; an owner that names an older one changes nothing.</summary>
    public long Fence { get; set; }

    /// <summary>Nothing is sent before: the breaker is open, or the receiver is throttled.</summary>
    public DateTimeOffset HeldUntil { get; set; }

    /// <summary>Until then some URL of it is remembered as gone.</summary>
    public DateTimeOffset GoneUntil { get; set; }

    /// <summary>1 when something became due since the owner last looked.</summary>
    public int Poked { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>An administrator holds it: it keeps its backlog and gets nothing.</summary>
    public DateTimeOffset? PausedAt { get; set; }

    /// <summary>It failed for too long: whatever it is owed is parked.</summary>
    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>POSTs at once, over all lanes; null: what the deployment allows.</summary>
    public int? MaxInFlight { get; set; }

    /// <summary>POSTs per second, over all lanes; null: as many as it takes.</summary>
    public double? RatePerSecond { get; set; }

    /// <summary>How many lanes it has; null is one.</summary>
    public int? Lanes { get; set; }

    /// <summary>Receiver's failures without a good answer between them.</summary>
    public int Failures { get; set; }

    /// <summary>How often the breaker opened since it was last closed; 0 is closed.</summary>
    public int Openings { get; set; }

    /// <summary>The one callback whose 5xx don't count yet, because no other has failed so.</summary>
    public Id<Jobs.Callback>? FailedCallbackId { get; set; }

    public DateTimeOffset? FailingSince { get; set; }

    public DateTimeOffset? SucceededAt { get; set; }

    /// <summary>How many POSTs at once it was last found to take; 0 where nothing is known.</summary>
    public int Concurrency { get; set; }

    /// <summary>Where the rate limit stands: up to this time its allowance is used up.</summary>
    public DateTimeOffset PacedUntil { get; set; }

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

    /// <summary>The ids of all lanes that an origin can have, whether or not they are there.</summary>
    public static IEnumerable<Id<Receiver>> LanesOf(Id<Tenant> tenant, string origin) =>
        Enumerable.Range(0, MostLanes).Select(lane => IdOf(tenant, origin, lane));

    /// <summary>Which lane a row of the origin is.</summary>
    public static int LaneOf(Id<Receiver> id, Id<Tenant> tenant, string origin)
    {
        var lane = 0;
        while (lane < MostLanes && IdOf(tenant, origin, lane) != id)
            lane++;
        return lane;
    }

    /// <summary>The lane of a job among <paramref name="lanes"/>: the same for all its deliveries, spread evenly by the random end of its id.</summary>
    public static int LaneFor(Id<Jobs.Job> job, int lanes) => lanes <= 1 ? 0 : (int)((ulong)job.Value.ToUInt128() % (ulong)lanes);
}
