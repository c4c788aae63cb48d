namespace QuickStart;

internal static class Folders
{
    /// <summary>The repository that this sample stands in, or the working folder.</summary>
    public static string Repository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Webhooks.sln")))
                return folder.FullName;
        return Directory.GetCurrentDirectory();
    }
}
