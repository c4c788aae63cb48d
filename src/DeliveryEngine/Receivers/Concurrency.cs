namespace DeliveryEngine.Receivers;

/// <summary>
/// How many POSTs one receiver gets at once. It starts at 8, or at what was learned before, and grows by one with each good answer until it was
/// once too many, from then on by one per round of good answers; it halves when the receiver throttles or is too slow; 1 to <see cref="Most"/>.
/// </summary>
/// <param name="most">What it may grow to.</param>
/// <param name="learned">What it was found to take before; 0 where nothing is known.</param>
internal sealed class Concurrency(int most, int learned = 0)
{
    private const int Start = 8;
    private double _limit = learned > 0 ? learned : Start;
    private bool _wasTooMany = learned is > 0 and < Start;

    public int Most { get; set; } = most;

    public int Limit => Math.Max(1, Math.Min((int)_limit, Most));

    /// <summary>What the next owner starts with, whatever it may take then.</summary>
    public int Learned => (int)_limit;

    public void Grow()
    {
        if (_limit < Most)
            _limit = Math.Min(Most, _limit + (_wasTooMany ? 1 / _limit : 1));
    }

    /// <summary>Answers false when even one at a time was too many.</summary>
    public bool Shrink()
    {
        _wasTooMany = true;
        var couldShrink = Limit > 1;
        _limit = Math.Max(1, Limit / 2d);
        return couldShrink;
    }
}
