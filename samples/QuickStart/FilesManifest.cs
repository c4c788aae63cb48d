using System.Security.Cryptography;
using Webhooks.Handlers;

namespace QuickStart;

/// <summary>Which folder to make a manifest of.</summary>
internal sealed record ManifestInput(string Folder);

/// <summary>What a folder holds.</summary>
internal sealed record Manifest(int Files, int Folders, long Bytes, IReadOnlyList<FileEntry> Largest, IReadOnlyList<Duplicate> Duplicates);

internal sealed record FileEntry(string Path, long Bytes);

/// <summary>Files with the same content.</summary>
internal sealed record Duplicate(string Sha256, long Bytes, IReadOnlyList<string> Paths);

/// <summary>One line of output per folder.</summary>
internal sealed record FolderLine(string Folder, int Files, long Bytes);

/// <summary>
/// The job <c>files.manifest</c>: walks a folder, hashes every file, tells how far it is, gives out a line per folder and ends with totals,
/// the largest files and the duplicates. It stops between two files when it is asked to.
/// </summary>
internal sealed class FilesManifest : IJobHandler<ManifestInput, Manifest>
{
    private static readonly HashSet<string> Skipped = [".git", "bin", "obj", "node_modules"];

    public async Task<Manifest> RunAsync(ManifestInput input, JobContext context)
    {
        if (!Directory.Exists(input.Folder))
            throw new JobFailedException("folder_not_found", $"There is no folder {input.Folder}.", retryable: false);

        var folders = Walk(input.Folder).ToList();
        var files = new List<(string Path, long Bytes, string Sha256)>();
        for (var i = 0; i < folders.Count; i++)
        {
            var name = Path.GetRelativePath(input.Folder, folders[i]);
            var before = files.Count;
            foreach (var file in Directory.EnumerateFiles(folders[i]).Order(StringComparer.Ordinal))
            {
                context.Stop.ThrowIfCancellationRequested();
                var (bytes, hash) = await HashAsync(file, context.Stop);
                files.Add((Path.GetRelativePath(input.Folder, file), bytes, hash));
            }
            await context.OutputAsync(new FolderLine(name, files.Count - before, files.Skip(before).Sum(f => f.Bytes)));
            await context.ReportProgressAsync(Math.Round(100.0 * (i + 1) / folders.Count, 1), name);
        }
        return new Manifest(
            files.Count, folders.Count, files.Sum(f => f.Bytes),
            [.. files.OrderByDescending(f => f.Bytes).Take(5).Select(f => new FileEntry(f.Path, f.Bytes))],
            [.. files.Where(f => f.Bytes > 0).GroupBy(f => f.Sha256).Where(g => g.Count() > 1).OrderByDescending(g => g.First().Bytes).Take(5)
                .Select(g => new Duplicate(g.Key, g.First().Bytes, [.. g.Select(f => f.Path)]))]);
    }

    private static IEnumerable<string> Walk(string folder) => Directory.EnumerateDirectories(folder)
        .Where(d => !Skipped.Contains(Path.GetFileName(d)) && new DirectoryInfo(d).LinkTarget is null)
        .Order(StringComparer.Ordinal).SelectMany(Walk).Prepend(folder);

    private static async Task<(long Bytes, string Sha256)> HashAsync(string path, CancellationToken stop)
    {
        await using var file = File.OpenRead(path);
        return (file.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, stop)));
    }
}
