using System.Security.Cryptography;
using Storage.Jobs;
using Storage.Results;

namespace JobApi.Results;

/// <summary>A result's bytes, wherever they are: in the job's row or in the store.</summary>
internal sealed record Representation(long Length, string ContentType, byte[] Sha256, Func<long, Stream?> OpenAt)
{
    public static Representation Of(Job job, IResultStore store)
    {
        if (job.Upload is { } upload)
            return new(upload.Length, upload.ContentType, upload.Sha256, from => store.OpenRead(upload.Name, from));
        var json = job.Result ?? "null"u8.ToArray();
        return new(json.Length, MediaType.Json, SHA256.HashData(json), from => new MemoryStream(json, (int)from, json.Length - (int)from, writable: false));
    }
}
