namespace Webhooks.Contract;

/// <summary>A URL registered for one job, without its headers and its secret.</summary>
public sealed record CallbackDocument
{
    /// <summary><c>cb_</c> and 26 characters.</summary>
    public required string Id { get; init; }

    /// <summary>Where the events are posted to.</summary>
    public required string Url { get; init; }

    /// <summary>The <see cref="JobEventTypes"/> that it gets.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>One of <see cref="CallbackStatuses"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Why it is disabled, such as <c>gone</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>True when its events wait for one another.</summary>
    public bool? Ordered { get; init; }

    /// <summary>Where they are ordered, one of <see cref="ParkedEffects"/>.</summary>
    public string? OnParked { get; init; }

    /// <summary>Its own waits in seconds.</summary>
    public IReadOnlyList<int>? Schedule { get; init; }
}

/// <summary>The states of a callback.</summary>
public static class CallbackStatuses
{
    /// <summary>Gets its events.</summary>
    public const string Active = "active";

    /// <summary>Gets nothing, because its receiver said so; a replay makes it active again.</summary>
    public const string Disabled = "disabled";
}
