using System.Diagnostics;

namespace EndToEnd.Running.Workers;

/// <summary>
/// A named pipe that a job reads as its file: the job has begun when it opens it, and goes on for as long as the test writes.
/// </summary>
internal sealed class Pipe(string path)
{
    public string Path => path;

    public static async Task<Pipe> AtAsync(string path)
    {
        File.Delete(path);
        using var make = Process.Start("mkfifo", [path]);
        await make.WaitForExitAsync();
        Assert.Equal(0, make.ExitCode);
        return new Pipe(path);
    }

    /// <summary>Returns when somebody reads.</summary>
    public Task<StreamWriter> OpenAsync() => Task.Run(() =>
        new StreamWriter(new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0)) { AutoFlush = true });
}
