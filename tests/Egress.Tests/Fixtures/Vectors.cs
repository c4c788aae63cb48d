using System.Text.RegularExpressions;

namespace Egress.Tests;

/// <summary>Tables of inputs with the verdict that they must get. In the first column \uXXXX, \0, \t and \\ stand for characters.</summary>
internal static partial class Vectors
{
    public static TheoryData<string, string> Read(string file)
    {
        var rows = new TheoryData<string, string>();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "vectors", file)).Skip(1))
        {
            if (line.Split('\t') is [var input, var expected, ..]) rows.Add(input, expected);
        }
        return rows;
    }

    public static string Unescape(string text) => Escape().Replace(text, match => match.Value[1] switch
    {
        'u' => ((char)Convert.ToInt32(match.Value[2..], 16)).ToString(),
        '0' => "\0",
        't' => "\t",
        _ => "\\",
    });

    [GeneratedRegex(@"\\(u[0-9a-f]{4}|0|t|\\)")]
    private static partial Regex Escape();
}
