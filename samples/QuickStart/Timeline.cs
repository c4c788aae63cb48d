using System.Diagnostics;

namespace QuickStart;

/// <summary>Prints what happens as it happens, with the time since the start.</summary>
internal sealed class Timeline
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Lock _lock = new();

    public void Say(string who, string what)
    {
        lock (_lock)
            Console.WriteLine($"{Stopwatch.GetElapsedTime(_start).TotalSeconds,7:0.000} s  {who,-9} {what}");
    }
}
