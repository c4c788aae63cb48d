using Microsoft.Extensions.Options;

namespace Webhooks.Client;

/// <summary>Where the service is and how patient to be with it. Checked when the host starts.</summary>
public sealed class JobClientOptions
{
    /// <summary>Where the service is: <c>http</c> or <c>https</c>, with or without a path. Required.</summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>The key that every call carries: <c>whk_…</c>. Required; never logged.</summary>
    public string? ApiKey { get; set; }

    /// <summary>How often a call is repeated after a transient failure: 0 to 10. Default: 4.</summary>
    public int Retries { get; set; } = 4;

    /// <summary>The first wait of the back-off: 0 to 1 minute. Default: 500 ms.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long one attempt of a call may take, the answer's body included and long-polling apart: 100 ms to 10 minutes. Default: 30 s.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the service may hold an answer back while nothing happens, in whole seconds: 0 (plain polling) to 60 s. Default: 30 s.
    /// </summary>
    public TimeSpan LongPoll { get; set; } = TimeSpan.FromSeconds(30);

    internal TimeSpan AttemptLimit => Timeout + LongPoll;
}

internal sealed class JobClientOptionsRules : IValidateOptions<JobClientOptions>
{
    public ValidateOptionsResult Validate(string? name, JobClientOptions options)
    {
        var complaints = Complaints(options).ToList();
        return complaints.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(complaints);
    }

    private static IEnumerable<string> Complaints(JobClientOptions options)
    {
        if (!ServiceRules.IsAddress(options.BaseAddress))
            yield return $"JobClient's BaseAddress must be {ServiceRules.Address}.";
        if (!ServiceRules.IsKey(options.ApiKey))
            yield return $"JobClient's ApiKey must be {ServiceRules.Key}.";
        if (options.Retries is < 0 or > 10)
            yield return $"JobClient's Retries is {options.Retries}; it must be from 0 to 10.";
        if (options.RetryDelay < TimeSpan.Zero || options.RetryDelay > TimeSpan.FromMinutes(1))
            yield return $"JobClient's RetryDelay is {options.RetryDelay}; it must be from 0 to 00:01:00.";
        if (options.Timeout < TimeSpan.FromMilliseconds(100) || options.Timeout > TimeSpan.FromMinutes(10))
            yield return $"JobClient's Timeout is {options.Timeout}; it must be from 00:00:00.1 to 00:10:00.";
        if (options.LongPoll < TimeSpan.Zero || options.LongPoll > TimeSpan.FromSeconds(60))
            yield return $"JobClient's LongPoll is {options.LongPoll}; it must be from 0 to 00:01:00.";
    }
}

/// <summary>Where a service can be, and what a key to it looks like.</summary>
internal static class ServiceRules
{
    public const string Address = "an absolute http or https URL without credentials, query and fragment";
    public const string Key = "visible ASCII characters";

    public static bool IsAddress(Uri? address) => address is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" };

    public static bool IsKey(string? key) => !string.IsNullOrEmpty(key) && key.All(c => c is > ' ' and <= '~');
}
