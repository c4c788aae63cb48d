using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace EndToEnd.Workers;

/// <summary>Claims, works for a moment, and ends each job in one way or another, until a second goes by without one.</summary>
internal sealed class Claimer(HttpClient http, string type, int seed)
{
    private readonly Random _random = new(seed);

    public async Task WorkAsync(CancellationToken stop)
    {
        while (true)
        {
            using var answer = await http.PostAsJsonAsync(
                "/worker/claims", new { types = new[] { type }, max = _random.Next(1, 4), wait_seconds = 1, worker_id = $"claimer-{seed}" }, stop);
            answer.EnsureSuccessStatusCode();
            if (answer.StatusCode == HttpStatusCode.NoContent && !await IsWorkLeftAsync(stop))
                return;
            if (answer.StatusCode == HttpStatusCode.OK)
                foreach (var job in (await answer.Content.ReadFromJsonAsync<JsonElement>(stop)).GetProperty("jobs").EnumerateArray())
                    await EndAsync(job, stop);
        }
    }

    private Task EndAsync(JsonElement job, CancellationToken stop) => _random.Next(10) switch
    {
        0 => TellAsync(job, "release", new { }, stop),
        1 => TellAsync(job, "fail", new { error = new { code = "dice", message = "fell badly" }, retry_after_seconds = 0 }, stop),
        _ => TellAsync(job, "complete", new { result = 1 }, stop),
    };

    private async Task TellAsync(JsonElement job, string verb, object body, CancellationToken stop)
    {
        using var report = new HttpRequestMessage(HttpMethod.Post, $"/worker/jobs/{job.GetProperty("id").GetString()}/{verb}") { Content = JsonContent.Create(body) };
        report.Headers.Add("Lease-Fence", job.GetProperty("fence").GetRawText());
        using var answer = await http.SendAsync(report, stop);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<bool> IsWorkLeftAsync(CancellationToken stop)
    {
        foreach (var status in new[] { "pending", "running" })
            if ((await http.GetFromJsonAsync<JsonElement>($"/jobs?status={status}&limit=1", stop)).GetProperty("items").GetArrayLength() > 0)
                return true;
        return false;
    }
}
