using System.Net.Http.Headers;

namespace Webhooks.Client;

/// <summary>What there is to know of a result that was downloaded, and found to be whole.</summary>
public sealed record DownloadedResult
{
    /// <summary>What it is, such as <c>application/pdf</c>: as its worker said.</summary>
    public required string ContentType { get; init; }

    /// <summary>Whether it is JSON: <c>application/json</c>, or a type that ends in <c>+json</c> (RFC 6839).</summary>
    public bool IsJson => MediaTypeHeaderValue.TryParse(ContentType, out var type) && type.MediaType is { } media
        && (media.Equals("application/json", StringComparison.OrdinalIgnoreCase) || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase));

    /// <summary>Its length in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>Its strong entity tag, quotes included (RFC 9110, section 8.8.3); null when something in between took it away.</summary>
    public string? ETag { get; init; }

    /// <summary>When the service will remove it (RFC 8594); null when it doesn't say.</summary>
    public DateTimeOffset? RemovedAt { get; init; }
}
