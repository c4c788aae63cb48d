namespace Webhooks.Client.Sending;

/// <summary>How a call is made, where it isn't made like all others.</summary>
[Flags]
internal enum Manner
{
    /// <summary>Repeated where that is safe, and answered as a whole within the limit.</summary>
    Usual = 0,

    /// <summary>The body is read as it comes; the limit is for the head of the answer alone.</summary>
    Streamed = 1,

    /// <summary>Never repeated: the caller has a better idea of what to do next.</summary>
    Once = 2,
}

internal static class Manners
{
    /// <summary>The request's option that carries it.</summary>
    public const string Option = "webhooks.manner";

    private static readonly HttpRequestOptionsKey<Manner> Key = new(Option);

    public static bool Asks(this HttpRequestMessage request, Manner manner) =>
        request.Options.TryGetValue(Key, out var asked) && asked.HasFlag(manner);
}
