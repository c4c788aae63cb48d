using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Storage.Jobs;

namespace Storage.Results;

/// <summary>
/// A result that a worker uploaded: what the row knows of the bytes that a <see cref="IResultStore"/> keeps. It is read and written as a
/// whole, so it is one column: the hot statements carry one null for all the jobs that have none.
/// </summary>
/// <param name="Name">The name under which the store keeps the bytes.</param>
/// <param name="Length">How many bytes.</param>
/// <param name="ContentType">As the worker gave it.</param>
/// <param name="Sha256">Of the bytes.</param>
internal sealed record UploadedResult(string Name, long Length, string ContentType, byte[] Sha256)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A name that no other upload has, and that tells which attempt it belongs to: <c>job_…-3-0f1e2d3c4b5a6978</c>.</summary>
    public static string NewName(Id<Job> job, long fence) => $"{job}-{fence}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";

    /// <summary>Whose upload a name stands for; false for a name that was not made here.</summary>
    public static bool TryReadName(string name, out Id<Job> job, out long fence)
    {
        var parts = name.Split('-');
        fence = 0;
        job = default;
        return parts.Length == 3 && Id<Job>.TryParse(parts[0], out job) && long.TryParse(parts[1], out fence);
    }

    public static UploadedResult? FromColumn(string? text) => text is null ? null : JsonSerializer.Deserialize<UploadedResult>(text, Json);

    public string ToColumn() => JsonSerializer.Serialize(this, Json);
}
