namespace Egress;

/// <summary>What <see cref="UrlRules"/> thinks of a URL.</summary>
internal abstract record UrlVerdict
{
    private UrlVerdict() { }

    /// <summary>The URL may be registered.</summary>
    /// <param name="Uri">The canonical form; its host is lower-case ASCII.</param>
    /// <param name="Origin"><c>scheme://host:port</c>, lower-case ASCII, the port always written: the name of a receiver.</param>
    /// <param name="Url">The text to store, which makes an equal <paramref name="Uri"/> again.</param>
    internal sealed record Ok(Uri Uri, string Origin, string Url) : UrlVerdict;

    /// <summary>The URL may not be registered.</summary>
    internal sealed record Refused(Refusal Why) : UrlVerdict
    {
        public string Code => Why.Code;

        public string Sentence => Why.Sentence;
    }
}
