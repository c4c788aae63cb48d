namespace Webhooks.Contract;

/// <summary>A page of a list.</summary>
/// <typeparam name="T">What is listed.</typeparam>
public sealed record Page<T>
{
    /// <summary>In the order of the list; newest first unless it says otherwise.</summary>
    public required IReadOnlyList<T> Items { get; init; }

    /// <summary>The <c>cursor</c> that asks for the next page; null on the last one.</summary>
    public string? NextCursor { get; init; }
}
