using System.ComponentModel.DataAnnotations;

namespace Storage.Results;

/// <summary>Section <c>Results</c>: uploaded results.</summary>
internal sealed class ResultsOptions
{
    /// <summary>
    /// The folder of their bytes: one for each database, shared by all processes that serve it. Default: <c>webhooks-results</c>, beside the
    /// database where that is a file.
    /// </summary>
    public string? Folder { get; set; }

    /// <summary>The largest upload in bytes: 1 to 1 TiB. Default: 1 GiB.</summary>
    [Range(1, 1L << 40, ErrorMessage = "Results:MaxBytes must be from {1} to {2}.")]
    public long MaxBytes { get; set; } = 1L << 30;
}
