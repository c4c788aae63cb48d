using System.Text.Json;

namespace WebhookVerifier.AspNetCore;

/// <summary>How a webhook endpoint receives.</summary>
public sealed class WebhookEndpointOptions
{
    private const int MiB = 1024 * 1024;

    /// <summary>The largest body accepted, in bytes; a larger one is answered <c>413</c>. Default 1 MiB; 1 byte to 256 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Another value.</exception>
    public int BodyLimit
    {
        get;
        set => field = value is >= 1 and <= 256 * MiB
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "BodyLimit is 1 byte to 256 MiB.");
    } = MiB;

    /// <inheritdoc cref="VerifierOptions.Tolerance"/>
    public TimeSpan Tolerance
    {
        get => Verification.Tolerance;
        set => Verification.Tolerance = value;
    }

    /// <summary>
    /// Where handled events are remembered. Default: the registered <see cref="IDeduplication"/>, or else a memory store of this
    /// endpoint's own,
    /// which serves one process and forgets when it ends.
    /// </summary>
    public IDeduplication? Deduplication { get; set; }

    /// <summary>
    /// What <c>Retry-After</c> asks for when somebody else is handling the event. Default 60 seconds, the default lease of a claim;
    /// 1 second to 1 day.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Another value.</exception>
    public TimeSpan InProgressRetryAfter
    {
        get;
        set => field = value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromDays(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "InProgressRetryAfter is 1 second to 1 day.");
    } = TimeSpan.FromSeconds(60);

    /// <summary>What time it is. Default: the registered <see cref="TimeProvider"/>, or else <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider? Clock { get; set; }

    /// <summary>How <c>data</c> is read into a type. Default: web defaults with snake_case names; unknown members are ignored.</summary>
    public JsonSerializerOptions Json { get; set; } =
        new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    internal VerifierOptions Verification { get; } = new();
}
