using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using JobApi.Http;
using Webhooks.Contract;

namespace JobApi.Jobs;

/// <summary>
/// What stands for a submission, so that repeating it makes no second job (draft-ietf-httpapi-idempotency-key-header). Hashes are exact on every
/// database, whatever its collation. <see cref="Empty"/> where the caller sent no key.
/// </summary>
internal sealed record IdempotencyKey(byte[]? Hash, byte[]? RequestHash)
{
    private const string Header = "Idempotency-Key";

    /// <summary>Set on the answer where the key stood for something already.</summary>
    public const string ReplayedHeader = "Idempotency-Replayed";
    private const int Longest = 255;

    private static readonly JsonTypeInfo<SubmitJob> Shape = (JsonTypeInfo<SubmitJob>)ContractJson.Options.GetTypeInfo(typeof(SubmitJob));
    private static readonly JsonTypeInfo<CreateReplay> ReplayShape = (JsonTypeInfo<CreateReplay>)ContractJson.Options.GetTypeInfo(typeof(CreateReplay));

    public static IdempotencyKey Empty { get; } = new(null, null);

    /// <summary>The key of <c>POST /jobs</c>. The request is written anew, so white space and the order of members don't matter.</summary>
    public static bool TryRead(
        HttpRequest request, SubmitJob body, [NotNullWhen(true)] out IdempotencyKey? key, [NotNullWhen(false)] out Problem? fault) =>
        TryRead(request, "submit", () => JsonSerializer.SerializeToUtf8Bytes(body, Shape), out key, out fault);

    /// <summary>The key of <c>POST /replays</c>.</summary>
    public static bool TryRead(
        HttpRequest request, CreateReplay body, [NotNullWhen(true)] out IdempotencyKey? key, [NotNullWhen(false)] out Problem? fault) =>
        TryRead(request, "replay", () => JsonSerializer.SerializeToUtf8Bytes(body, ReplayShape), out key, out fault);

    /// <summary>The key of <c>POST /jobs/{id}/redrive</c>: its request is the id.</summary>
    public static bool TryReadRedrive(
        HttpRequest request, string id, [NotNullWhen(true)] out IdempotencyKey? key, [NotNullWhen(false)] out Problem? fault) =>
        TryRead(request, "redrive", () => Encoding.ASCII.GetBytes(id), out key, out fault);

    private static bool TryRead(
        HttpRequest request, string route, Func<byte[]> content,
        [NotNullWhen(true)] out IdempotencyKey? key, [NotNullWhen(false)] out Problem? fault)
    {
        (key, fault) = (Empty, null);
        var header = request.Headers[Header];
        if (header.Count == 0)
            return true;
        var text = header.Count == 1 ? Unquoted(header[0]!) : "";
        if (text.Length is 0 or > Longest || text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            (key, fault) = (null, Problem.Refused($"{Header}: must have 1 to {Longest} visible ASCII characters, quoted or bare."));
            return false;
        }
        key = new(SHA256.HashData(Encoding.ASCII.GetBytes($"{route}\n{text}")), SHA256.HashData(content()));
        return true;
    }

    private static string Unquoted(string text) => text.Length >= 2 && text[0] == '"' && text[^1] == '"' ? text[1..^1] : text;
}
