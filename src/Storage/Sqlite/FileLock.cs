namespace Storage.Sqlite;

/// <summary>A lock between processes that the operating system frees when its holder dies.</summary>
internal static class FileLock
{
    /// <summary>Waits until the file can be held alone.</summary>
    public static async Task<FileStream> TakeAsync(string path, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), stop);
            }
        }
    }
}
