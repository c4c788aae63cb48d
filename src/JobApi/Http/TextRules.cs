using Webhooks.Contract;

namespace JobApi.Http;

/// <summary>What text may be stored: the same on every database.</summary>
internal static class TextRules
{
    /// <summary>Lengths are UTF-16 units, as SQL Server counts.</summary>
    public static Problem? Fault(string field, string text, int longest)
    {
        if (text.Length == 0 || text.Length > longest)
            return Problem.Refused($"{field}: must have 1 to {longest} characters.");
        return StorableText.Is(text) ? null : Problem.Refused($"{field}: must not contain U+0000 or half of a surrogate pair.");
    }
}
