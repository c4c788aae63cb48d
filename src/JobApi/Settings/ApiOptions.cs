using System.ComponentModel.DataAnnotations;

namespace JobApi.Settings;

/// <summary>Section <c>Api</c>.</summary>
internal sealed class ApiOptions
{
    /// <summary>What stands before every link in documents, such as <c>https://jobs.example.com</c>. Default: links are paths.</summary>
    [RegularExpression("https?://[^?#\\s]+", ErrorMessage = "Api:PublicUrl must be an http or https URL without query and fragment.")]
    public string? PublicUrl { get; set; }

    /// <summary>
    /// How long a request may take before it begins to answer, or to wait as it was asked to; then <c>503</c> is answered, or <c>408</c> where
    /// its body has not come. Default: 15 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ErrorMessage = "Api:RequestTimeout must be from {1} to {2}.")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How many streams and waiting requests one key may have open in one process. Default: 1,000.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Api:StreamsPerKey must be from {1} to {2}.")]
    public int StreamsPerKey { get; set; } = 1000;

    /// <summary>How many streams and waiting requests one process has open. Default: 10,000.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Api:Streams must be from {1} to {2}.")]
    public int Streams { get; set; } = 10_000;

    /// <summary>How long a stream may wait for its reader to take what was sent; then the reader is dropped. Default: 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ErrorMessage = "Api:StreamStall must be from {1} to {2}.")]
    public TimeSpan StreamStall { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the URL of <c>POST /jobs/{id}/stream-url</c> opens streams. Default: 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00", ErrorMessage = "Api:StreamUrlLifetime must be from {1} to {2}.")]
    public TimeSpan StreamUrlLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The origins, such as <c>https://app.example.com</c>, whose pages may read such a URL. Default: any, since the URL itself grants it.</summary>
    public string[]? StreamOrigins { get; set; }

    /// <summary>
    /// Networks (<c>CIDR</c>) of the proxies before this service: what they say in <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> is
    /// believed, and what anybody else says is not. Default: none.
    /// </summary>
    public IReadOnlyList<string>? KnownProxies { get; set; }
}
