namespace Faults;

/// <summary>Lets real time pass: what a run does to real processes takes real time.</summary>
internal static class Pause
{
    /// <summary>A timer takes no less.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    public static async Task ForAsync(TimeSpan time, CancellationToken stop)
    {
        if (time < Shortest)
            return;
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync(stop);
    }
}
