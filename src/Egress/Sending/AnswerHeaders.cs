using System.Net.Http.Headers;

namespace Egress;

/// <summary>The headers of an answer, as they came. They are foreign text: at most 16 KiB, not validated.</summary>
internal readonly struct AnswerHeaders(HttpResponseHeaders headers, HttpContentHeaders content)
{
    /// <summary>The first value of a header, or null. Names are compared without case.</summary>
    public string? First(string name)
    {
        if (headers is null) return null;
        if (!headers.NonValidated.TryGetValues(name, out var values) && !content.NonValidated.TryGetValues(name, out values)) return null;
        foreach (var value in values) return value;
        return null;
    }

    /// <summary>All of them; several values of one name are joined by a comma.</summary>
    public IEnumerable<KeyValuePair<string, string>> All()
    {
        if (headers is null) yield break;
        foreach (var (name, values) in headers.NonValidated) yield return new(name, values.ToString());
        foreach (var (name, values) in content.NonValidated) yield return new(name, values.ToString());
    }
}
