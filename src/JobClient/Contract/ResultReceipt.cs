namespace Webhooks.Contract;

/// <summary>Answer of <c>PUT /worker/jobs/{id}/result</c>: the bytes are durable, and the job's result once it is completed without another.</summary>
public sealed record ResultReceipt
{
    /// <summary>How many bytes arrived.</summary>
    public required long ResultSize { get; init; }

    /// <summary>What they are given out as.</summary>
    public required string ResultContentType { get; init; }
}
