namespace Webhooks.Handlers;

/// <summary>Thrown by a handler to fail its attempt on purpose.</summary>
public sealed class JobFailedException : Exception
{
    /// <param name="code">For programs: stable <c>snake_case</c>; becomes <c>error.code</c>.</param>
    /// <param name="message">For people; becomes <c>error.message</c>. It is shown to callers: no secrets.</param>
    /// <param name="retryable">Whether another attempt may do better. Default: yes, while attempts are left.</param>
    /// <param name="retryAfter">How long to wait for it at least. Default: the service's own back-off.</param>
    /// <param name="innerException">What led to it; for logs only.</param>
    /// <exception cref="ArgumentException"><paramref name="code"/> is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="retryAfter"/> is negative.</exception>
    public JobFailedException(
        string code, string message, bool retryable = true, TimeSpan? retryAfter = null, Exception? innerException = null)
        : base(message, innerException)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(code);
        ArgumentOutOfRangeException.ThrowIfLessThan(retryAfter ?? TimeSpan.Zero, TimeSpan.Zero, nameof(retryAfter));
        Code = code;
        Retryable = retryable;
        RetryAfter = retryAfter;
    }

    /// <summary>For programs: stable <c>snake_case</c>.</summary>
    public string Code { get; }

    /// <summary>Whether another attempt may do better.</summary>
    public bool Retryable { get; }

    /// <summary>How long to wait for it at least; null leaves it to the service.</summary>
    public TimeSpan? RetryAfter { get; }
}
