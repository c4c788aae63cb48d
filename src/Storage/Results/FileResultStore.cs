using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Storage.Results;

/// <summary>
/// A file each in one folder, which only the service's own user may enter. A write goes to a name that nobody reads, to the disk, and only
/// then to its own name.
/// </summary>
internal sealed partial class FileResultStore(IOptions<ResultsOptions> options, ILogger<FileResultStore> logger) : IResultStore
{
    private const string Unfinished = ".part";
    private const int BufferBytes = 128 * 1024;

    private readonly string _folder = Path.GetFullPath(options.Value.Folder!);

    public async Task<StoredBytes?> WriteAsync(string name, Stream content, long most, CancellationToken stop)
    {
        MakeFolder();
        var unfinished = PathOf(name) + Unfinished;
        try
        {
            if (await CopyAsync(content, unfinished, most, stop) is not { } written)
                return null;
            File.Move(unfinished, PathOf(name));
            DurableFolder.Flush(_folder);
            return written;
        }
        finally
        {
            File.Delete(unfinished); // does nothing once it was moved
        }
    }

    public Stream? OpenRead(string name, long offset)
    {
        try
        {
            var file = new FileStream(PathOf(name), new FileStreamOptions
            {
                Options = FileOptions.Asynchronous, BufferSize = 0, Share = FileShare.ReadWrite | FileShare.Delete,
            });
            file.Position = offset;
            return file;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Delete(string name)
    {
        try
        {
            File.Delete(PathOf(name));
        }
        catch (DirectoryNotFoundException)
        {
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Log.NotRemoved(logger, error, name);
        }
    }

    public IEnumerable<string> List() =>
        Directory.Exists(_folder) ? Directory.EnumerateFiles(_folder).Select(path => Path.GetFileName(path)) : [];

    private static async Task<StoredBytes?> CopyAsync(Stream content, string path, long most, CancellationToken stop)
    {
        var settings = new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous, BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            settings.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            await using var file = new FileStream(path, settings);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var length = 0L;
            for (int read; (read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop)) > 0;)
            {
                if ((length += read) > most)
                    return null;
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), stop);
            }
            file.Flush(flushToDisk: true);
            return new(length, hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void MakeFolder()
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(_folder);
        else
            Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The bytes of result {Name} could not be removed; the sweep tries again.")]
        public static partial void NotRemoved(ILogger logger, Exception error, string name);
    }
}
