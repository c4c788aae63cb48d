using System.Globalization;

namespace QuickStart;

/// <summary>Prints the result.</summary>
internal static class Tables
{
    public static void Print(Manifest manifest)
    {
        Console.WriteLine();
        Console.WriteLine($"  files    {manifest.Files,12:N0}");
        Console.WriteLine($"  folders  {manifest.Folders,12:N0}");
        Console.WriteLine($"  bytes    {manifest.Bytes,12:N0}");
        Console.WriteLine();
        Console.WriteLine("  largest files");
        foreach (var file in manifest.Largest)
            Console.WriteLine($"  {Number(file.Bytes)}  {file.Path}");
        Console.WriteLine();
        Console.WriteLine(manifest.Duplicates.Count == 0 ? "  no duplicates" : "  duplicates");
        foreach (var duplicate in manifest.Duplicates)
            Console.WriteLine($"  {Number(duplicate.Bytes)}  {duplicate.Sha256[..12]}…  {string.Join(", ", duplicate.Paths)}");
        Console.WriteLine();
    }

    private static string Number(long bytes) => bytes.ToString("N0", CultureInfo.InvariantCulture).PadLeft(12);
}
