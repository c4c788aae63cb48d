namespace DeliveryEngine.Receivers;

/// <summary>What is begun for one receiver and waits for a free place: first attempts and retries by turns.</summary>
internal sealed class WaitingParcels
{
    private readonly Queue<Parcel> _first = [];
    private readonly Queue<Parcel> _retries = [];
    private bool _retryIsNext;

    public int Count => _first.Count + _retries.Count;

    public bool HasFirstAttempt => _first.Count > 0;

    public void Enqueue(Parcel parcel) => (parcel.Delivery.Failures > 0 ? _retries : _first).Enqueue(parcel);

    public Parcel Dequeue(bool firstAttemptsOnly)
    {
        var retry = !firstAttemptsOnly && _retries.Count > 0 && (_retryIsNext || _first.Count == 0);
        _retryIsNext = !retry;
        return (retry ? _retries : _first).Dequeue();
    }

    /// <summary>Takes out what is not wanted any more.</summary>
    public List<Parcel> Remove(Func<Parcel, bool> unwanted) => [.. Remove(_first, unwanted), .. Remove(_retries, unwanted)];

    private static List<Parcel> Remove(Queue<Parcel> queue, Func<Parcel, bool> unwanted)
    {
        var removed = new List<Parcel>();
        for (var left = queue.Count; left > 0; left--)
            if (queue.Dequeue() is var parcel && unwanted(parcel))
                removed.Add(parcel);
            else
                queue.Enqueue(parcel);
        return removed;
    }
}
