using System.ComponentModel.DataAnnotations;

namespace JobApi.Settings;

/// <summary>Section <c>Security</c>.</summary>
internal sealed class SecurityOptions
{
    /// <summary>The first admin key. Without one, the first start makes a key and prints it once.</summary>
    [RegularExpression("[!-~]{24,255}", ErrorMessage = "Security:BootstrapKey must have 24 to 255 visible ASCII characters.")]
    public string? BootstrapKey { get; set; }

    /// <summary>The folder with the keys that encrypt secrets, shared by all processes of one deployment. Default: <c>webhooks-keys</c>.</summary>
    public string? KeyRing { get; set; }
}
