namespace DeliveryEngine.Receivers;

/// <summary>
/// How many POSTs one receiver gets at once. It starts at 8 and grows by one with each good answer until it was once too many, from then on by one
/// per round of good answers; it halves when the receiver throttles or is too slow; 1 to <paramref name="most"/>.
/// </summary>
internal sealed class Concurrency(int most)
{
    private const int Start = 8;
    private double _limit = Math.Min(Start, most);
    private bool _wasTooMany;

    public int Limit => (int)_limit;

    public void Grow() => _limit = Math.Min(most, _limit + (_wasTooMany ? 1 / _limit : 1));

    /// <summary>Answers false when even one at a time was too many.</summary>
    public bool Shrink()
    {
        _wasTooMany = true;
        var couldShrink = Limit > 1;
        _limit = Math.Max(1, _limit / 2);
        return couldShrink;
    }
}
