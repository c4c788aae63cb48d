using System.Text.Json;

namespace WebhookVerifier.Tests.Vectors;

/// <summary>One row of <c>verifier.json</c>: a request, the keys and the time, and the verdict that every verifier owes.</summary>
public sealed record Vector(
    string Id, string Name, string Expected, string[][] Headers, string BodyB64, string[] Secrets, long Now, int Tolerance, string Note)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static IReadOnlyDictionary<string, Vector> All { get; } = Load().ToDictionary(vector => vector.Id);

    public byte[] Body => Convert.FromBase64String(BodyB64);

    public KeyValuePair<string, string>[] HeaderPairs => [.. Headers.Select(header => KeyValuePair.Create(header[0], header[1]))];

    private static Vector[] Load()
    {
        using var file = typeof(Vector).Assembly.GetManifestResourceStream("verifier.json")!;
        return JsonSerializer.Deserialize<Vector[]>(file, Json)!;
    }
}
