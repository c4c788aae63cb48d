using System.Text.RegularExpressions;

namespace Webhooks.Contract;

/// <summary>What a type of job may be called.</summary>
internal static partial class JobTypeRule
{
    public const string Sentence = "1 to 64 of a-z, 0-9, '.', '_' and '-', the first a letter or digit";

    public static bool IsMet(string type) => Pattern().IsMatch(type);

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,63}\z")]
    private static partial Regex Pattern();
}
