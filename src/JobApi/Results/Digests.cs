using System.Diagnostics.CodeAnalysis;
using JobApi.Http;

namespace JobApi.Results;

/// <summary>
/// <c>Repr-Digest</c> and <c>Content-Digest</c> (RFC 9530): <c>sha-256=:base64:</c>. Other algorithms are stepped over, as section 2 allows.
/// </summary>
internal sealed class Digests
{
    public const string ReprDigest = "Repr-Digest";
    private const string ContentDigest = "Content-Digest";
    private const string Algorithm = "sha-256";
    private const int Bytes = 32;

    private readonly List<(string Field, byte[] Sha256)> _announced = [];

    public static string Of(byte[] sha256) => $"{Algorithm}=:{Convert.ToBase64String(sha256)}:";

    /// <summary>What a request announces of its content.</summary>
    public static bool TryRead(IHeaderDictionary headers, [NotNullWhen(true)] out Digests? digests, [NotNullWhen(false)] out Problem? fault)
    {
        digests = new();
        fault = null;
        foreach (var field in (string[])[ContentDigest, ReprDigest])
            foreach (var member in headers[field].SelectMany(line => line!.Split(',')))
                if (digests.Fault(field, member.Trim()) is { } wrong)
                {
                    (digests, fault) = (null, wrong);
                    return false;
                }
        return true;
    }

    /// <summary>The first field that says otherwise; null where all agree.</summary>
    public string? Contradicting(byte[] sha256) => _announced.Find(a => !a.Sha256.AsSpan().SequenceEqual(sha256)).Field;

    private Problem? Fault(string field, string member)
    {
        var equals = member.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1 || member.Length < equals + 3 || member[equals + 1] != ':' || member[^1] != ':')
            return Problem.Malformed($"{field}: must be {Algorithm}=:base64: (RFC 9530).");
        if (member[..equals] != Algorithm)
            return null;
        var sha256 = new byte[Bytes];
        if (!Convert.TryFromBase64String(member[(equals + 2)..^1], sha256, out var length) || length != Bytes)
            return Problem.Malformed($"{field}: {Algorithm} must be the base64 of {Bytes} bytes between colons.");
        _announced.Add((field, sha256));
        return null;
    }
}
