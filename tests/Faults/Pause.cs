namespace Faults;

/// <summary>Lets real time pass: what a run does to real processes takes real time.</summary>
internal static class Pause
{
    public static async Task ForAsync(TimeSpan time, CancellationToken stop)
    {
        if (time <= TimeSpan.Zero)
            return;
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync(stop);
    }
}
