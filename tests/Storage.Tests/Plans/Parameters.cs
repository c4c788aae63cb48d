using System.Text.RegularExpressions;

namespace Storage.Tests.Plans;

/// <summary>The parameters that rendered SQL names, such as <c>@now</c>, each once.</summary>
internal static partial class Parameters
{
    public static IEnumerable<string> In(string sql) => Name().Matches(sql).Select(match => match.Value).Distinct();

    [GeneratedRegex(@"@\w+")]
    private static partial Regex Name();
}
