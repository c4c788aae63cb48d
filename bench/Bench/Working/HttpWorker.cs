using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Bench.Working;

/// <summary>A worker with nothing but HTTP, which completes at once whatever it claims.</summary>
internal static class HttpWorker
{
    public const string Type = "bench";

    public static async Task RunAsync(HttpClient http, int max, Action<JsonElement> claimed, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            using var answer = await http.PostAsJsonAsync("/worker/claims", new { types = new[] { Type }, max, wait_seconds = 1 }, CancellationToken.None);
            if (answer.StatusCode != HttpStatusCode.OK)
                continue;
            foreach (var job in (await answer.Content.ReadFromJsonAsync<JsonElement>(CancellationToken.None)).GetProperty("jobs").EnumerateArray())
            {
                claimed(job);
                await CompleteAsync(http, job);
            }
        }
    }

    private static async Task CompleteAsync(HttpClient http, JsonElement job)
    {
        using var report = new HttpRequestMessage(HttpMethod.Post, $"/worker/jobs/{job.GetProperty("id").GetString()}/complete");
        report.Content = JsonContent.Create(new { result = 1 });
        report.Headers.Add("Lease-Fence", job.GetProperty("fence").GetInt64().ToString(CultureInfo.InvariantCulture));
        using var done = await http.SendAsync(report, CancellationToken.None);
        done.EnsureSuccessStatusCode();
    }
}
