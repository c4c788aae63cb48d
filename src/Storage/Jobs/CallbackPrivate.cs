using System.Text.Json;
using Storage.Tenants;

namespace Storage.Jobs;

/// <summary>What only the sender of a callback may read: its own signing secret (<c>whsec_…</c>) and the headers that each delivery carries.</summary>
internal sealed record CallbackPrivate(string? Secret, IReadOnlyDictionary<string, string>? Headers)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Encrypted for <see cref="Callback.Private"/>; null where there is nothing to hide.</summary>
    public byte[]? Seal(SecretBox box) =>
        Secret is null && Headers is not { Count: > 0 } ? null : box.Seal(JsonSerializer.SerializeToUtf8Bytes(this, Json));

    /// <summary>What was sealed; nothing where nothing was.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The key ring does not hold the key, or the bytes were altered.</exception>
    public static CallbackPrivate Open(byte[]? sealedPart, SecretBox box) =>
        sealedPart is null ? new(null, null) : JsonSerializer.Deserialize<CallbackPrivate>(box.Open(sealedPart), Json)!;

    /// <summary>Hides both.</summary>
    public override string ToString() => "callback_***";
}
