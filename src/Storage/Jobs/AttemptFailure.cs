namespace Storage.Jobs;

/// <summary>How an attempt that did not succeed goes on.</summary>
internal sealed record AttemptFailure(string Code, string? Message, bool Retryable, TimeSpan? RetryAfter);
