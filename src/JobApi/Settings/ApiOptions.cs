using System.ComponentModel.DataAnnotations;

namespace JobApi.Settings;

/// <summary>Section <c>Api</c>.</summary>
internal sealed class ApiOptions
{
    /// <summary>What stands before every link in documents, such as <c>https://jobs.example.com</c>. Default: links are paths.</summary>
    [RegularExpression("https?://[^?#\\s]+", ErrorMessage = "Api:PublicUrl must be an http or https URL without query and fragment.")]
    public string? PublicUrl { get; set; }
}
