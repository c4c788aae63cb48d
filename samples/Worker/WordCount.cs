using Webhooks.Handlers;

namespace Worker;

/// <summary>A text file, or a folder of them.</summary>
internal sealed record Texts(string Path);

/// <summary>What was counted.</summary>
internal sealed record Counted(int Files, int Lines, int Words);

/// <summary>One output per file.</summary>
internal sealed record CountedFile(string File, int Lines, int Words);

/// <summary>
/// Counts lines and words, gives out a line per file, and goes on after the last finished file when an attempt before was broken off. The
/// same class would run inside the service: there, too, it is registered with <c>AddJobHandler</c>.
/// </summary>
internal sealed class WordCount : IJobHandler<Texts, Counted>
{
    public async Task<Counted> RunAsync(Texts input, JobContext context)
    {
        if (!Path.Exists(input.Path))
            throw new JobFailedException("not_found", $"There is no {input.Path}.", retryable: false);
        string[] files = Directory.Exists(input.Path)
            ? [.. Directory.EnumerateFiles(input.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
            : [input.Path];
        var total = context.Checkpoint<Counted>() ?? new Counted(0, 0, 0);
        foreach (var file in files.Skip(total.Files))
        {
            var (lines, words) = await CountAsync(file, context);
            total = new(total.Files + 1, total.Lines + lines, total.Words + words);
            await context.OutputAsync(new CountedFile(Path.GetFileName(file), lines, words));
            await context.ReportProgressAsync(100.0 * total.Files / files.Length, Path.GetFileName(file));
            await context.SaveCheckpointAsync(total);
        }
        return total;
    }

    private static async Task<(int Lines, int Words)> CountAsync(string file, JobContext context)
    {
        var (lines, words) = (0, 0);
        await foreach (var line in File.ReadLinesAsync(file, context.Stop))
        {
            context.Stop.ThrowIfCancellationRequested();
            lines++;
            words += line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        }
        return (lines, words);
    }
}
