using System.ComponentModel.DataAnnotations;
using DeliveryEngine.Receivers;

namespace DeliveryEngine;

/// <summary>Section <c>Deliveries</c>.</summary>
internal sealed class DeliveriesOptions
{
    /// <summary>The waits before each attempt; their number is the number of attempts. Empty: the default schedule.</summary>
    public IReadOnlyList<TimeSpan>? Schedule { get; set; }

    /// <summary>One deadline for connect, headers and body. 1 s to 5 min, default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The least wait after 429, 502, 503, 504 and timeouts. 0 to 1 h, default 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ThrottleFloor { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an engine owns a receiver without a sign of life; the time to recovery after a crash. 5 s to 10 min, default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>POSTs under way at once in this process. 1 to 10,000, default 256.</summary>
    [Range(1, 10_000)]
    public int MaxInFlight { get; set; } = 256;

    /// <summary>POSTs under way at once to one receiver. 1 to 1,000, default 64.</summary>
    [Range(1, 1_000)]
    public int MaxInFlightPerReceiver { get; set; } = 64;

    /// <summary>POSTs under way at once to one origin, over all tenants and lanes: so much we do to anybody. 1 to 10,000, default 128.</summary>
    [Range(1, 10_000)]
    public int MaxInFlightPerOrigin { get; set; } = 128;

    /// <summary>
    /// POSTs a second to one host, over all tenants, receivers and ports, from this process. 0 to 100,000; 0, the default, for as many as it takes
    /// and <see cref="MaxInFlightPerOrigin"/> lets through.
    /// </summary>
    [Range(0, 100_000)]
    public double MaxPerSecondPerHost { get; set; }

    /// <summary>A receiver's breaker opens after so many failures without a good answer between them. 1 to 1,000, default 10.</summary>
    [Range(1, 1_000)]
    public int BreakerFailures { get; set; } = 10;

    /// <summary>How long it is open the first time; each time after that twice as long. 1 s to 1 h, default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan BreakerWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest it is open at a time. 1 s to 24 h, default 15 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan BreakerLongestWait { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>A receiver that failed for so long without a good answer is disabled. 1 min to 365 days, default 5 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan DisableAfter { get; set; } = TimeSpan.FromDays(5);

    /// <summary>Receivers owned at once by this process. 1 to 10,000, default 500.</summary>
    [Range(1, 10_000)]
    public int MaxReceivers { get; set; } = 500;

    /// <summary>
    /// Whether attempt rows keep the beginning of answers. Off, they keep the status alone, so that nobody reads through a callback what its
    /// URL answers. Default true.
    /// </summary>
    public bool KeepResponses { get; set; } = true;

    /// <summary>How this engine is named in attempt rows. Default: machine name and process id.</summary>
    [StringLength(200, MinimumLength = 1)]
    public string Name { get; set; } = $"{Environment.MachineName}:{Environment.ProcessId}";

    public Breaker Breaker => new(BreakerFailures, BreakerWait, BreakerLongestWait);

    /// <summary>A lease always outlasts a send, whatever is configured.</summary>
    public TimeSpan LeaseInUse => Lease > Timeout + TimeSpan.FromSeconds(5) ? Lease : Timeout + TimeSpan.FromSeconds(5);
}
