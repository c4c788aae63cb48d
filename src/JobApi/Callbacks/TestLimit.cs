using System.Diagnostics.CodeAnalysis;
using JobApi.Http;
using Storage;
using Storage.Tenants;

namespace JobApi.Callbacks;

/// <summary>Keeps test events from being a way to send a lot: so many at once and so many a minute for each tenant, in this process.</summary>
internal sealed class TestLimit(TimeProvider clock)
{
    public const int MostAtOnce = 4;
    public const int MostPerMinute = 30;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<Id<Tenant>, Window> _windows = [];

    public bool TryEnter(Id<Tenant> tenant, [NotNullWhen(false)] out Problem? fault)
    {
        lock (_lock)
        {
            if (!_windows.TryGetValue(tenant, out var window) || clock.GetElapsedTime(window.From) >= Minute)
                _windows[tenant] = window = new Window { From = clock.GetTimestamp(), AtOnce = window?.AtOnce ?? 0 };
            fault = window.AtOnce >= MostAtOnce ? Refused(TimeSpan.FromSeconds(1))
                : window.Sent >= MostPerMinute ? Refused(Minute - clock.GetElapsedTime(window.From))
                : null;
            if (fault is not null)
                return false;
            window.AtOnce++;
            window.Sent++;
            return true;
        }
    }

    public void Leave(Id<Tenant> tenant)
    {
        lock (_lock)
            _windows[tenant].AtOnce--;
    }

    private static Problem Refused(TimeSpan wait) => new(
        StatusCodes.Status429TooManyRequests, "too_many_tests", $"At most {MostAtOnce} test events at once and {MostPerMinute} a minute are sent.")
    {
        RetryAfter = wait,
    };

    private sealed class Window
    {
        public required long From { get; init; }
        public required int AtOnce { get; set; }
        public int Sent { get; set; }
    }
}
