using JobApi.Settings;
using Microsoft.Extensions.Options;

namespace JobApi.Http;

/// <summary>Where things are: paths, or absolute where the service knows its public address.</summary>
internal sealed class Links(IOptions<ApiOptions> options)
{
    private readonly string _base = options.Value.PublicUrl?.TrimEnd('/') ?? "";

    public string To(string path) => _base + path;
}
