using Storage.Results;

namespace JobApi.Results;

/// <summary>What came of bytes that an attempt handed in as its result.</summary>
internal abstract record Kept
{
    private Kept() { }

    /// <summary>They are the attempt's result so far.</summary>
    internal sealed record Recorded(UploadedResult Upload) : Kept;

    internal sealed record TooLarge : Kept;

    /// <summary>They are not what this field announced.</summary>
    internal sealed record Altered(string Field) : Kept;

    internal sealed record NotFound : Kept;

    /// <summary>The claim was over before they were there.</summary>
    internal sealed record Stale : Kept;
}
