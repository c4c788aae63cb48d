namespace DeliveryEngine.Receivers;

/// <summary>
/// One rate for each destination host, over all tenants, receivers and ports of this process: a flood that many have ordered is one flood to
/// whom it hits. Every host has <see cref="Pace"/>'s allowance: a second's worth at once, then evenly.
/// </summary>
internal sealed class HostRates(double perSecond, TimeProvider clock)
{
    private const int MostHosts = 10_000;

    private readonly Dictionary<string, DateTimeOffset> _usedUpTo = [];

    /// <summary>How long until one more may go there; zero where it may go now.</summary>
    public TimeSpan WaitFor(string origin)
    {
        var (used, now) = (UsedUpTo(origin), clock.GetUtcNow());
        return Pace.Allowed(perSecond, used, now) > 0 ? TimeSpan.Zero : Pace.NextAt(perSecond, used) - now;
    }

    public void Count(string origin)
    {
        var now = clock.GetUtcNow();
        if (_usedUpTo.Count >= MostHosts)
            foreach (var (host, _) in _usedUpTo.Where(used => used.Value <= now).ToList())
                _usedUpTo.Remove(host);
        _usedUpTo[HostOf(origin)] = Pace.After(perSecond, UsedUpTo(origin), now, 1);
    }

    private DateTimeOffset UsedUpTo(string origin) => _usedUpTo.GetValueOrDefault(HostOf(origin));

    /// <summary><c>hooks.example.com</c> for <c>https://hooks.example.com:443</c>: other ports and schemes are the same machine's.</summary>
    private static string HostOf(string origin) => origin[(origin.IndexOf("://", StringComparison.Ordinal) + 3)..origin.LastIndexOf(':')];
}
