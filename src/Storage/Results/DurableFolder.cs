using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Storage.Results;

/// <summary>
/// Takes the names in a folder to the disk: a file that was flushed is still lost to a power cut while its new name is in memory only
/// (fsync(2)). .NET opens no folders, so the two calls are the system's own. Windows keeps names in a journal and needs none of it.
/// </summary>
internal static class DurableFolder
{
    private const int ReadOnly = 0;

    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var handle = new SafeFileHandle(Open(folder, ReadOnly), ownsHandle: true);
        if (handle.IsInvalid || Sync(handle.DangerousGetHandle()) != 0)
            throw new IOException($"The folder of results could not be taken to the disk: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(nint handle);
}
