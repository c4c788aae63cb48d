using System.Net.Http.Headers;
using JobApi.Chores;

namespace JobApi.Tests.Results;

/// <summary>A worker that has claimed one job, and what it may do with its result.</summary>
internal sealed class Worker(Service service, string type, string job, long fence)
{
    public string Job => job;

    public long Fence => fence;

    public static async Task<Worker> ClaimAsync(Service service)
    {
        var type = $"bytes-{Guid.NewGuid():n}"; // nobody else's job is claimed
        await service.SubmitAsync($$"""{"type":"{{type}}"}""");
        return await ClaimAsync(service, type);
    }

    /// <summary>The same job under its next claim, after this one's lease has ended.</summary>
    public async Task<Worker> LoseAsync()
    {
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        await service.Get<JobChore>().RunOnceAsync(TestContext.Current.CancellationToken);
        return await ClaimAsync(service, type);
    }

    public Task<Answer> UploadAsync(byte[] bytes, string? type = "application/octet-stream", params (string Name, string Value)[] headers) =>
        UploadAsync(new ByteArrayContent(bytes), type, headers);

    public async Task<Answer> UploadAsync(HttpContent content, string? type, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/worker/jobs/{Job}/result") { Content = content };
        request.Headers.Authorization = new("Bearer", Service.AdminKey);
        request.Headers.Add("Lease-Fence", $"{Fence}");
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        foreach (var (name, value) in headers)
            if (!request.Headers.TryAddWithoutValidation(name, value))
                content.Headers.TryAddWithoutValidation(name, value);
        return await service.SendAsync(request);
    }

    /// <summary>Completes without a result of its own: what was uploaded is it.</summary>
    public Task CompleteAsync(string? result = null) => EndAsync("complete", result is null ? "{}" : $$"""{"result":{{result}}}""");

    public async Task EndAsync(string how, string body) =>
        Assert.Equal(200, (await service.PostAsync($"/worker/jobs/{job}/{how}", body, Service.AdminKey, ("Lease-Fence", $"{fence}"))).Status);

    public static async Task<Worker> FinishAsync(Service service, byte[] bytes, string type = "application/octet-stream")
    {
        var worker = await ClaimAsync(service);
        Assert.Equal(200, (await worker.UploadAsync(bytes, type)).Status);
        await worker.CompleteAsync();
        return worker;
    }

    private static async Task<Worker> ClaimAsync(Service service, string type)
    {
        var claimed = (await service.PostAsync("/worker/claims", $$"""{"types":["{{type}}"]}""")).Json.GetProperty("jobs")[0];
        return new(service, type, claimed.GetProperty("id").GetString()!, claimed.GetProperty("fence").GetInt64());
    }

    public async Task<Download> DownloadAsync(string method = "GET", string key = Service.AdminKey, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/jobs/{Job}/result");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return new(
            (int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken),
            response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
    }
}

/// <summary>What came of a download.</summary>
internal sealed record Download(int Status, byte[] Bytes, IReadOnlyDictionary<string, string> Headers)
{
    public string Header(string name) => Headers.GetValueOrDefault(name, "");
}
