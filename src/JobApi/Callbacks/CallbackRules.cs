using System.Diagnostics.CodeAnalysis;
using Egress;
using JobApi.Http;
using Storage;
using Storage.Deliveries;
using Storage.Jobs;
using Storage.Tenants;
using Webhooks.Contract;
using WebhookVerifier;

namespace JobApi.Callbacks;

/// <summary>What a callback may be, and how it is kept: canonical URL, its receiver, and its secret and headers encrypted.</summary>
internal sealed class CallbackRules(UrlRules urls, SecretBox box)
{
    public const int Most = 10;

    public static Problem TooMany { get; } = Problem.Refused($"callbacks: a job has at most {Most}.");

    /// <summary>The callback of a tenant's operations log, which has events of its own.</summary>
    public bool TryMake(
        PutOperationsCallback body, Id<Job> log, Id<Tenant> tenant, DateTimeOffset now,
        [NotNullWhen(true)] out Callback? callback, [NotNullWhen(false)] out Problem? fault)
    {
        var alike = new CreateCallback { Url = body.Url, Events = body.Events, Headers = body.Headers, Secret = body.Secret };
        return TryMake(alike, "", log, tenant, now, EventNames.Operations, EventSet.Operations, out callback, out fault);
    }

    /// <param name="path">What stands before a member's name in sentences, such as <c>callbacks[0].</c></param>
    public bool TryMake(
        CreateCallback? body, string path, Id<Job> job, Id<Tenant> tenant, DateTimeOffset now,
        [NotNullWhen(true)] out Callback? callback, [NotNullWhen(false)] out Problem? fault) =>
        TryMake(body, path, job, tenant, now, EventNames.All, EventSet.Terminal, out callback, out fault);

    private bool TryMake(
        CreateCallback? body, string path, Id<Job> job, Id<Tenant> tenant, DateTimeOffset now, IReadOnlyList<string> known, EventSet unasked,
        [NotNullWhen(true)] out Callback? callback, [NotNullWhen(false)] out Problem? fault)
    {
        callback = null;
        if (body?.Url is null)
        {
            fault = Problem.Malformed($"{path}url: is required.");
            return false;
        }
        var events = EventSet.None;
        fault = UrlFault(body.Url, path, out var url)
            ?? EventsFault(body.Events, path, known, unasked, out events) ?? SecretFault(body.Secret, path) ?? HeadersFault(body.Headers, path)
            ?? SendingRules.Fault(body, path);
        if (fault is not null)
            return false;
        callback = new()
        {
            Id = Id<Callback>.New(now), TenantId = tenant, JobId = job, Url = url!.Url, ReceiverId = Receiver.IdOf(tenant, Origin.Of(url.Uri)),
            Events = events, Ordering = SendingRules.OrderingOf(body), Schedule = SendingRules.Stored(body.Schedule), Private = new CallbackPrivate(body.Secret?.Reveal(), body.Headers).Seal(box), CreatedAt = now,
        };
        return true;
    }

    private Problem? UrlFault(string text, string path, out UrlVerdict.Ok? url)
    {
        var verdict = urls.Check(text);
        url = verdict as UrlVerdict.Ok;
        return verdict is UrlVerdict.Refused refused ? Problem.Refused($"{path}url: {refused.Sentence}", refused.Code) : null;
    }

    private static Problem? EventsFault(
        IReadOnlyList<string>? names, string path, IReadOnlyList<string> known, EventSet unasked, out EventSet events)
    {
        events = names is null ? unasked : EventSet.None;
        if (names is { Count: 0 })
            return Problem.Refused($"{path}events: must name at least one event.");
        foreach (var name in names ?? [])
        {
            if (name is null)
                return Problem.Malformed($"{path}events: every item must be a string.");
            if (!known.Contains(name) || !EventNames.TryParse(name, out var type))
                return Problem.Refused($"{path}events: must be of {string.Join(", ", known)}.");
            events |= type.ToSet();
        }
        return null;
    }

    private static Problem? SecretFault(Secret? secret, string path) =>
        secret is null || secret.Reveal().StartsWith("whsec_", StringComparison.Ordinal) && WebhookSecret.TryParse(secret.Reveal(), out _)
            || Ed25519SigningKey.TryParse(secret.Reveal(), out _)
            ? null
            : Problem.Refused(
                $"{path}secret: must be whsec_ and the base64 of 24 to 64 bytes, or whsk_ and the base64 of an Ed25519 key.", "secret_rejected");

    private static Problem? HeadersFault(IReadOnlyDictionary<string, string>? headers, string path)
    {
        if (headers is null)
            return null;
        if (headers.Values.Any(value => value is null))
            return Problem.Malformed($"{path}headers: every value must be a string.");
        return HeaderRules.CheckAll(headers) is { } refused ? Problem.Refused($"{path}headers: {refused.Sentence}", refused.Code) : null;
    }
}
