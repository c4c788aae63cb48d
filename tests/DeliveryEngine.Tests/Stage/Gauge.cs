namespace DeliveryEngine.Tests.Stage;

/// <summary>Counts how many are inside at once.</summary>
internal sealed class Gauge
{
    private readonly Lock _lock = new();
    private int _inside;

    /// <summary>The most that ever were.</summary>
    public int Most { get; private set; }

    public void Enter()
    {
        lock (_lock)
            Most = Math.Max(Most, ++_inside);
    }

    public void Leave()
    {
        lock (_lock)
            _inside--;
    }
}
