namespace Fixtures;

/// <summary>The checkout that the running tests were built from.</summary>
public static class Repository
{
    private const string Landmark = "Webhooks.sln";

    private static readonly Lazy<string> root = new(FindRoot);

    /// <summary>The absolute path of the folder that holds <c>Webhooks.sln</c>.</summary>
    /// <exception cref="InvalidOperationException">The tests run from outside a checkout.</exception>
    public static string Root => root.Value;

    /// <summary>The absolute path of a file or folder, given relative to the root with forward slashes.</summary>
    public static string PathOf(string relative) => Path.GetFullPath(relative, Root);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Landmark))) return folder.FullName;
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds {Landmark}: run the tests from a checkout.");
    }
}
