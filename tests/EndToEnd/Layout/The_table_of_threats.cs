using System.Text.RegularExpressions;
using static Fixtures.Repository;

namespace EndToEnd.Layout;

public partial class The_table_of_threats
{
    private static readonly string[] rows = [.. File.ReadLines(PathOf("docs/threats.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)];

    public static TheoryData<string, string> Tests => [.. rows.SelectMany(row => Test().Matches(row.Split('|')[3]))
        .Select(match => (match.Groups[1].Value, match.Groups[2].Value)).Distinct()];

    [Fact]
    public void names_a_test_in_every_row() => Assert.All(rows, row => Assert.Matches(Test(), row.Split('|')[3]));

    [Theory, MemberData(nameof(Tests))]
    public void names_tests_that_exist(string behaviour, string sentence) => Assert.Contains(
        Directory.EnumerateFiles(PathOf("tests"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText),
        text => text.Contains($"class {behaviour}", StringComparison.Ordinal) && text.Contains($" {sentence}(", StringComparison.Ordinal));

    [GeneratedRegex(@"`(\w+)\.(\w+)`")]
    private static partial Regex Test();
}
