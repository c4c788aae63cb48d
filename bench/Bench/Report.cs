namespace Bench;

internal static class Report
{
    public static void Print(string provider, string what, List<Figure> figures, List<Figure>? raw = null)
    {
        var median = Measure.Median(figures);
        var share = raw is null ? "" : $"{median.PerSecond / Measure.Median(raw).PerSecond,7:P0} of raw";
        Console.WriteLine(
            $"{provider,-11} {what,-32} {median.PerSecond,9:N0}/s  {median.CpuMicroseconds,6:N0} µs CPU  {share}  " +
            $"({figures.Min(f => f.PerSecond):N0}–{figures.Max(f => f.PerSecond):N0})");
    }
}
