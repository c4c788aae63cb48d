using System.Diagnostics;
using System.Globalization;

namespace Faults.Processes;

/// <summary>
/// A disk of the run's own, which can be full: a file system in memory that is made as small as what lies in it. Writes fail with ENOSPC, and there
/// is room again when it grows. Mounting takes root.
/// </summary>
internal sealed class Disk : IDisposable
{
    private const string Roomy = "8g";
    private const long SlackStep = 64 * 1024;
    private const long MostSlack = 64 * 1024 * 1024;

    private Disk(string folder) => Folder = folder;

    public string Folder { get; }

    /// <summary>Null where nothing can be mounted.</summary>
    public static Disk? TryMount()
    {
        // Not below a run's own folder, which no other user may enter: a database server has one of its own.
        var folder = Path.Combine(Path.GetTempPath(), $"faults-disk-{Guid.NewGuid():n}");
        Directory.CreateDirectory(folder);
        if (Run("mount", "-t", "tmpfs", "-o", "size=" + Roomy, "tmpfs", folder))
            return new(folder);
        Directory.Delete(folder);
        return null;
    }

    /// <summary>Hardly a page more fits on it: others go on writing while it is measured and made smaller.</summary>
    public void Fill()
    {
        for (var slack = 0L; !TryResize(string.Create(CultureInfo.InvariantCulture, $"{Math.Max(Used, 4096) + slack}")); slack += SlackStep)
            if (slack > MostSlack)
                throw new InvalidOperationException($"{Folder} can't be made as small as what is in it.");
    }

    public void Free()
    {
        if (!TryResize(Roomy))
            throw new InvalidOperationException($"{Folder} can't be made larger again.");
    }

    /// <summary>Also while somebody still has a file open there.</summary>
    public void Dispose()
    {
        if (Run("umount", "--lazy", Folder))
            Directory.Delete(Folder);
    }

    private long Used => new DriveInfo(Folder) is var drive ? drive.TotalSize - drive.TotalFreeSpace : 0;

    private bool TryResize(string size) => Run("mount", "-o", "remount,size=" + size, Folder);

    private static bool Run(string command, params string[] arguments)
    {
        using var run = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        run.StandardError.ReadToEnd();
        run.WaitForExit();
        return run.ExitCode == 0;
    }
}
