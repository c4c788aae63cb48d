using Microsoft.Extensions.Configuration.Memory;

namespace JobApi.Settings;

/// <summary>Settings of the framework where we want other defaults. Any other source of configuration is stronger.</summary>
internal static class Defaults
{
    public static void AddTo(IConfigurationManager configuration) => configuration.Sources.Insert(0, new MemoryConfigurationSource
    {
        InitialData = new Dictionary<string, string?>
        {
            // A log line for each request, refusal and statement would cost more than the work.
            ["Logging:LogLevel:Microsoft.AspNetCore"] = nameof(LogLevel.Warning),
            ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = nameof(LogLevel.Warning),
            ["Logging:LogLevel:JobApi.Access.KeyAuthentication"] = nameof(LogLevel.Warning),
            ["Logging:LogLevel:Quartz"] = nameof(LogLevel.Warning),
        },
    });
}
