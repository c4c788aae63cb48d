namespace WebhookVerifier.AspNetCore;

/// <summary>
/// A verified event. It is the same on every attempt to deliver it: nothing here tells the first delivery from a repeat.
/// </summary>
/// <typeparam name="T">What <c>data</c> is read as.</typeparam>
/// <param name="id">The <c>webhook-id</c>: the same for every attempt.</param>
/// <param name="type">The event's type, such as <c>job.succeeded</c>.</param>
/// <param name="timestamp">When the event happened, which is not when it was sent.</param>
/// <param name="data">What the event says.</param>
/// <param name="body">The bytes that were signed.</param>
public sealed class WebhookEvent<T>(string id, string type, DateTimeOffset timestamp, T data, ReadOnlyMemory<byte> body)
{
    /// <summary>The <c>webhook-id</c>: 1 to 256 of <c>A-Z a-z 0-9 _ -</c>. A key for whatever the handler writes.</summary>
    public string Id { get; } = id;

    /// <summary>
    /// The event's type, such as <c>job.succeeded</c>: 1 to 256 visible ASCII characters, so it is safe in a line of a log.
    /// </summary>
    public string Type { get; } = type;

    /// <summary>When the event happened.</summary>
    public DateTimeOffset Timestamp { get; } = timestamp;

    /// <summary>What the event says: the member <c>data</c>.</summary>
    public T Data { get; } = data;

    /// <summary>The bytes that were signed. They belong to the event and may be kept.</summary>
    public ReadOnlyMemory<byte> Body { get; } = body;

    /// <summary>Type and id; never the content.</summary>
    public override string ToString() => $"{Type} {Id}";
}
