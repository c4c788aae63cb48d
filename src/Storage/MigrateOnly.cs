using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Storage.Sql;

namespace Storage;

/// <summary>
/// A process that brings the schema up to date and ends: for a deploy that does so once, before the new version starts. Processes that are
/// started without it find nothing to do.
/// </summary>
internal static class MigrateOnly
{
    private const string Flag = "--migrate-only";

    public static bool IsAsked(string[] args) => args.Contains(Flag);

    /// <summary>The command line without the flag, which would take the next word for its value.</summary>
    public static string[] Without(string[] args) => [.. args.Where(arg => arg != Flag)];

    public static async Task RunAsync(IConfiguration configuration)
    {
        await using var services = new ServiceCollection().AddLogging().AddStorage(configuration).BuildServiceProvider();
        await services.GetRequiredService<Database>().MigrateAsync(CancellationToken.None);
    }
}
