using System.Security.Cryptography;
using System.Text;
using JobApi.Chores;
using JobApi.Workers;
using Storage;
using Storage.Jobs;
using Storage.Results;

namespace JobApi.Tests.Results;

public sealed class An_upload(SmallStore small) : IClassFixture<SmallStore>
{
    private const int Most = SmallStore.Most;

    private static readonly byte[] Bytes = RandomNumberGenerator.GetBytes(50_000);

    private readonly Service _service = small.Service;

    [Fact]
    public async Task says_what_arrived()
    {
        var worker = await Worker.ClaimAsync(_service);

        var answer = await worker.UploadAsync(Bytes, "application/pdf");

        Assert.Equal((200, 50_000, "application/pdf"), (answer.Status, answer.Json.GetProperty("result_size").GetInt32(), answer.Text("result_content_type")));
    }

    [Fact]
    public async Task is_no_result_before_the_job_is_completed()
    {
        var worker = await Worker.ClaimAsync(_service);
        await worker.UploadAsync(Bytes);

        Assert.Equal(409, (await worker.DownloadAsync()).Status);
        Assert.False((await _service.GetAsync($"/jobs/{worker.Job}")).Has("result_size"));
    }

    [Fact]
    public async Task that_is_repeated_replaces_the_one_before()
    {
        var worker = await Worker.ClaimAsync(_service);
        await worker.UploadAsync("first"u8.ToArray());
        await worker.UploadAsync("second"u8.ToArray());
        await worker.CompleteAsync();

        Assert.Equal("second", Encoding.ASCII.GetString((await worker.DownloadAsync()).Bytes));
        Assert.Single(Stored(worker));
    }

    /// <summary>What a transaction runs that is run again, because the answer to its commit got lost.</summary>
    [Fact]
    public async Task that_is_recorded_once_more_does_not_replace_itself()
    {
        var worker = await Worker.ClaimAsync(_service);
        await worker.UploadAsync(Bytes);
        var recorded = new UploadedResult(Path.GetFileName(Assert.Single(Stored(worker))), Bytes.Length, "application/pdf", SHA256.HashData(Bytes));
        Assert.True(Id<Job>.TryParse(worker.Job, out var job));

        var again = await _service.Get<WorkerDoor>().UploadAsync(new Held(job, worker.Fence, Reach.Everything), recorded);

        Assert.Equal(new Recorded(Replaced: null), again.Value);
    }

    [Fact]
    public async Task gives_way_to_a_result_that_completes_the_job()
    {
        var worker = await Worker.ClaimAsync(_service);
        await worker.UploadAsync(Bytes);
        await worker.CompleteAsync("1");

        Assert.Equal("1", Encoding.ASCII.GetString((await worker.DownloadAsync()).Bytes));
        await SweepAsync();
        Assert.Empty(Stored(worker));
    }

    [Fact]
    public async Task of_a_lost_claim_changes_nothing()
    {
        var first = await Worker.ClaimAsync(_service);
        await first.UploadAsync("first"u8.ToArray());
        var second = await first.LoseAsync();

        (await first.UploadAsync("late"u8.ToArray())).MustRefuse(412, "stale_fence", "Lease-Fence");

        await second.CompleteAsync();
        Assert.Equal("null", Encoding.ASCII.GetString((await second.DownloadAsync()).Bytes));
        await SweepAsync();
        Assert.Empty(Stored(first));
    }

    [Fact]
    public async Task that_loses_its_claim_half_way_leaves_nothing()
    {
        var first = await Worker.ClaimAsync(_service);
        using var late = await SlowUpload.BeginAsync(_service, first, "first half ", "second half");
        await UntilAsync(() => Stored(first).Count == 1);
        var second = await first.LoseAsync();
        Assert.Equal(200, (await second.UploadAsync("second"u8.ToArray())).Status);

        Assert.Contains("stale_fence", await late.EndAsync("second half"), StringComparison.Ordinal);
        await second.CompleteAsync();
        Assert.Equal("second", Encoding.ASCII.GetString((await second.DownloadAsync()).Bytes));
        Assert.Single(Stored(first));
    }

    [Fact]
    public async Task whose_unfinished_bytes_were_swept_is_stale()
    {
        var first = await Worker.ClaimAsync(_service);
        using var late = await SlowUpload.BeginAsync(_service, first, "first half ", "second half");
        await UntilAsync(() => Stored(first).Count == 1);
        await SweepAsync();
        Assert.Single(Stored(first)); // a running attempt's

        await first.LoseAsync();
        await SweepAsync();
        Assert.Empty(Stored(first));

        Assert.Contains("stale_fence", await late.EndAsync("second half"), StringComparison.Ordinal);
        Assert.Empty(Stored(first));
    }

    [Fact]
    public async Task that_breaks_off_leaves_nothing_to_see()
    {
        var worker = await Worker.ClaimAsync(_service);
        using (await SlowUpload.BeginAsync(_service, worker, "only this", "and never that"))
            await UntilAsync(() => Stored(worker).Count == 1);

        await UntilAsync(() => Stored(worker).Count == 0);
        await worker.CompleteAsync();
        Assert.Equal("null", Encoding.ASCII.GetString((await worker.DownloadAsync()).Bytes));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task that_is_too_large_is_refused_and_leaves_nothing(bool announced)
    {
        var worker = await Worker.ClaimAsync(_service);
        var bytes = new byte[Most + 1];

        var answer = announced ? await worker.UploadAsync(bytes) : await worker.UploadAsync(new StreamContent(new Unannounced(bytes)), "a/b");

        answer.MustRefuse(413, "body_too_large", "Results:MaxBytes");
        Assert.Empty(Stored(worker));
        Assert.Equal(200, (await worker.UploadAsync(new byte[Most])).Status);
    }

    [Theory]
    [InlineData("Content-Digest")]
    [InlineData("Repr-Digest")]
    public async Task is_held_to_the_digest_that_it_announces(string field)
    {
        var worker = await Worker.ClaimAsync(_service);
        var good = $"sha-512=:AAAA:, sha-256=:{Convert.ToBase64String(SHA256.HashData(Bytes))}:";
        var bad = $"sha-256=:{Convert.ToBase64String(new byte[32])}:";

        (await worker.UploadAsync(Bytes, "a/b", (field, bad))).MustRefuse(422, "digest_mismatch", field);
        Assert.Empty(Stored(worker));
        Assert.Equal(200, (await worker.UploadAsync(Bytes, "a/b", (field, good))).Status);
    }

    [Theory]
    [InlineData("Repr-Digest", "sha-256=AAAA", 400, "invalid_request")]
    [InlineData("Repr-Digest", "sha-256=:AAAA:", 400, "invalid_request")]
    [InlineData("Repr-Digest", "sha-256", 400, "invalid_request")]
    [InlineData("Repr-Digest", "=::", 400, "invalid_request")]
    [InlineData("Content-Digest", ", ,", 400, "invalid_request")]
    [InlineData("Content-Encoding", "gzip", 415, "unsupported_media_type")]
    [InlineData("Content-Range", "bytes 0-4/10", 400, "invalid_request")]
    public async Task in_a_form_that_cannot_be_kept_is_refused(string field, string value, int status, string code)
    {
        var worker = await Worker.ClaimAsync(_service);

        (await worker.UploadAsync(Bytes, "a/b", (field, value))).MustRefuse(status, code, field);

        Assert.Empty(Stored(worker));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("text/")]
    [InlineData("*/*")]
    [InlineData("text/*")]
    [InlineData("text/html, text/plain")]
    [InlineData("text/héllo")]
    public async Task of_no_media_type_is_refused(string type) =>
        (await (await Worker.ClaimAsync(_service)).UploadAsync(Bytes, type)).MustRefuse(400, "invalid_request", "Content-Type");

    [Fact]
    public async Task without_a_media_type_is_bytes()
    {
        var worker = await Worker.ClaimAsync(_service);

        Assert.Equal("application/octet-stream", (await worker.UploadAsync(Bytes, type: null)).Text("result_content_type"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("99999999999999999999")]
    public async Task names_a_fence(string fence)
    {
        var worker = await Worker.ClaimAsync(_service);

        (await _service.SendAsync(HttpMethod.Put, $"/worker/jobs/{worker.Job}/result", "1", Service.AdminKey, ("Lease-Fence", fence)))
            .MustRefuse(400, "invalid_request", "Lease-Fence");
    }

    [Fact]
    public async Task of_another_tenants_job_finds_none()
    {
        var worker = await Worker.ClaimAsync(_service);
        var stranger = await SecondTenant.MakeAsync(_service);

        (await _service.SendAsync(HttpMethod.Put, $"/worker/jobs/{worker.Job}/result", "1", stranger.Key, ("Lease-Fence", "1"))).MustRefuse(404, "not_found");
    }

    [Fact]
    public async Task goes_with_its_job()
    {
        var worker = await Worker.FinishAsync(_service, Bytes);
        Assert.Single(Stored(worker));
        _service.Clock.Advance(TimeSpan.FromDays(8));

        await _service.Get<RetentionChore>().RunOnceAsync(TestContext.Current.CancellationToken);

        Assert.Empty(Stored(worker));
        Assert.Equal(404, (await worker.DownloadAsync()).Status);
    }

    [Fact]
    public async Task of_a_job_that_fails_is_swept()
    {
        var worker = await Worker.ClaimAsync(_service);
        await worker.UploadAsync(Bytes);
        await worker.EndAsync("fail", """{"error":{"code":"broken","message":"No."},"retryable":false}""");

        await SweepAsync();

        Assert.Empty(Stored(worker));
        Assert.False((await _service.GetAsync($"/jobs/{worker.Job}")).Has("result_size"));
    }

    private List<string> Stored(Worker worker) =>
        [.. _service.Get<IResultStore>().List().Where(name => name.StartsWith(worker.Job, StringComparison.Ordinal))];

    private Task<int> SweepAsync() => _service.Get<ResultSweep>().RunOnceAsync(TestContext.Current.CancellationToken);

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!holds())
            await pause.WaitForNextTickAsync(patience.Token);
    }

    /// <summary>Bytes of a length that nobody can tell beforehand, so that they are sent in chunks.</summary>
    private sealed class Unannounced(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}

/// <summary>A service whose results are small.</summary>
public sealed class SmallStore : IAsyncLifetime
{
    public const int Most = 100_000;

    public Service Service { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Service = await Service.StartAsync(_ => { }, ("Results:MaxBytes", $"{Most}"));

    public ValueTask DisposeAsync() => Service.DisposeAsync();
}
