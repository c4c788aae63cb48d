using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Storage.Results;

/// <summary>Puts the store of uploaded results into a host; another <see cref="IResultStore"/> that is registered before is used instead.</summary>
internal static class ResultsRegistration
{
    private const string FolderName = "webhooks-results";

    public static IServiceCollection AddResultStore(this IServiceCollection services, IConfiguration configuration, string beside)
    {
        services.AddOptions<ResultsOptions>().Bind(configuration.GetSection("Results")).ValidateDataAnnotations().ValidateOnStart()
            .PostConfigure(options => options.Folder = string.IsNullOrWhiteSpace(options.Folder) ? Path.Combine(beside, FolderName) : options.Folder);
        services.TryAddSingleton<IResultStore, FileResultStore>();
        return services.AddSingleton<ResultSweep>();
    }
}
