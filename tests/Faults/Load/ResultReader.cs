using System.Globalization;
using System.Security.Cryptography;
using Faults.Histories;
using Faults.Processes;

namespace Faults.Load;

/// <summary>Reads back the result of every job that remote workers did, when all is done.</summary>
internal sealed class ResultReader(Deployment deployment, HistoryLog log)
{
    private readonly Uri _door = deployment.Doors.First().Address;

    public Task ReadAllAsync() => Parallel.ForEachAsync(
        IdsAsync(), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (id, _) => log.Append(await ReadAsync(id)));

    private async IAsyncEnumerable<string> IdsAsync()
    {
        for (var cursor = ""; ;)
        {
            using var request = Wire.Request(HttpMethod.Get, _door, $"/jobs?type={RemoteWorker.Type}&status=succeeded&limit=200{cursor}");
            var page = await Wire.SendAsync(deployment.Client, request);
            if (page.Result != CallResult.Ok)
                yield break;
            foreach (var job in page.Json.GetProperty("items").EnumerateArray())
                yield return job.GetProperty("id").GetString()!;
            if (!page.Json.TryGetProperty("next_cursor", out var next))
                yield break;
            cursor = string.Create(CultureInfo.InvariantCulture, $"&cursor={next.GetString()}");
        }
    }

    private async Task<ResultRead> ReadAsync(string id)
    {
        using var request = Wire.Request(HttpMethod.Get, _door, $"/jobs/{id}/result");
        var answer = await Wire.SendAsync(deployment.Client, request);
        var digest = $"sha-256=:{Convert.ToBase64String(SHA256.HashData(answer.Body))}:";
        return new(
            id, answer.Status ?? 0, DatabaseReader.Hash(answer.Body),
            answer.Headers is { } headers && headers.TryGetValues("Repr-Digest", out var told) && told.SequenceEqual([digest]));
    }
}
