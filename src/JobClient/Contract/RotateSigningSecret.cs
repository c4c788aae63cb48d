namespace Webhooks.Contract;

/// <summary>Body of <c>POST /signing-secret/rotate</c>.</summary>
public sealed record RotateSigningSecret
{
    /// <summary>How long the keys of the scheme that sign now sign along, in hours: 0 to 720. Default: 24.</summary>
    public int? OverlapHours { get; init; }

    /// <summary>
    /// One of <see cref="SigningSchemes"/>. Default: <see cref="SigningSchemes.V1"/>. The first <see cref="SigningSchemes.V1a"/> key adds
    /// public-key signatures next to the others.
    /// </summary>
    public string? Scheme { get; init; }
}
