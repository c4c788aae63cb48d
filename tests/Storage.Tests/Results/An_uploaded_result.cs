using System.Text;
using Storage.Jobs;
using Storage.Results;
using Storage.Tests.Databases;

namespace Storage.Tests.Results;

public sealed class An_uploaded_result
{
    [Theory, EveryDatabase]
    public async Task Is_what_a_job_succeeds_with_when_nothing_else_is_said(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await ClaimAsync(storage);
        var upload = await UploadAsync(storage, job, "bytes");

        Assert.Equal(Change.Made, await CompleteAsync(storage, job));
        Assert.Equal(Change.Repeated, await CompleteAsync(storage, job));

        var done = await storage.FindAsync(job.Id);
        Assert.Null(done.Result);
        Assert.Equal((upload.Name, 5, "text/plain; charset=\"utf-8\""), (done.Upload!.Name, done.Upload.Length, done.Upload.ContentType));
        Assert.Equal(upload.Sha256, done.Upload.Sha256);
        Assert.Equal("bytes", await TextAsync(storage, done.Upload.Name));
    }

    [Theory, EveryDatabase]
    public async Task Is_only_its_own_attempts(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await ClaimAsync(storage);
        await UploadAsync(storage, job, "first");
        await storage.Writer.ChangeAsync(job.Id, (log, row) => JobTransitions.Release(log, row, job.Fence, TimeSpan.Zero), storage.Stop);
        Assert.Null((await storage.FindAsync(job.Id)).Upload);
        var second = Assert.Single(await storage.ClaimAsync());

        Assert.Equal(Change.StaleFence, await RecordAsync(storage, job, await StoreAsync(storage, job, "late")));

        Assert.Equal(Change.Made, await CompleteAsync(storage, second));
        var done = await storage.FindAsync(job.Id);
        Assert.Null(done.Upload);
        Assert.Equal("null", Encoding.UTF8.GetString(done.Result!));
    }

    [Theory, EveryDatabase]
    public async Task Is_recorded_whole_or_not_at_all_when_many_upload_at_once(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await ClaimAsync(storage);

        var uploads = await Story.TogetherAsync(8, async () =>
        {
            var upload = await StoreAsync(storage, job, Guid.NewGuid().ToString());
            return (upload, Change: await RecordAsync(storage, job, upload));
        });
        await CompleteAsync(storage, job);
        await SweepAsync(storage);

        Assert.All(uploads, upload => Assert.Equal(Change.Made, upload.Change));
        var kept = (await storage.FindAsync(job.Id)).Upload!;
        Assert.Equal(Assert.Single(uploads, upload => upload.upload.Name == kept.Name).upload.Sha256, kept.Sha256);
        Assert.Equal([kept.Name], Store(storage).List());
    }

    [Theory, EveryDatabase]
    public async Task Is_swept_once_nobody_can_want_it_and_not_before(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var running = await ClaimAsync(storage);
        var unrecorded = await StoreAsync(storage, running, "not yet recorded");
        var done = await ClaimAsync(storage);
        var kept = await UploadAsync(storage, done, "kept");
        var replaced = await StoreAsync(storage, done, "replaced");
        await CompleteAsync(storage, done);
        var unknown = await StoreAsync(storage, storage.NewJob(), "of no job");
        await File.WriteAllTextAsync(Path.Combine(Folder(storage), "somebody-elses.txt"), "", storage.Stop);

        Assert.Equal(2, await SweepAsync(storage));

        Assert.Equal(
            new[] { "somebody-elses.txt", unrecorded.Name, kept.Name }.Order(StringComparer.Ordinal), Store(storage).List().Order(StringComparer.Ordinal));
        Assert.DoesNotContain(replaced.Name, Store(storage).List());
        Assert.DoesNotContain(unknown.Name, Store(storage).List());
        await storage.Writer.ChangeAsync(running.Id, (log, row) => JobTransitions.Release(log, row, running.Fence, TimeSpan.Zero), storage.Stop);
        Assert.Equal(1, await SweepAsync(storage));
    }

    [Theory, EveryDatabase]
    public async Task Is_swept_page_by_page(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var job = await ClaimAsync(storage);
        var kept = await UploadAsync(storage, job, "kept");
        await CompleteAsync(storage, job);
        for (var i = 0; i < 1100; i++)
            await File.WriteAllTextAsync(Path.Combine(Folder(storage), UploadedResult.NewName(storage.NewJob().Id, 1)), "", storage.Stop);

        Assert.Equal(1100, await SweepAsync(storage));
        Assert.Equal([kept.Name], Store(storage).List());
    }

    [Theory, EveryDatabase]
    public async Task Goes_with_its_job_and_no_other_goes(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var first = await ClaimAsync(storage);
        await UploadAsync(storage, first, "first");
        await CompleteAsync(storage, first);
        storage.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await ClaimAsync(storage);
        var kept = await UploadAsync(storage, second, "second");
        await CompleteAsync(storage, second);

        storage.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(1, await storage.Retention.RunAsync(default, 10, storage.Stop));

        Assert.Equal([kept.Name], Store(storage).List());
    }

    [Fact]
    public async Task Is_for_the_services_own_user()
    {
        await using var storage = await TestStorage.OnAsync(On.Sqlite);
        var upload = await StoreAsync(storage, storage.NewJob(), "secret");

        if (OperatingSystem.IsWindows())
            return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder(storage)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Folder(storage), upload.Name)));
    }

    private static async Task<Job> ClaimAsync(TestStorage storage)
    {
        await storage.SubmitAsync();
        return Assert.Single(await storage.ClaimAsync());
    }

    private static async Task<UploadedResult> StoreAsync(TestStorage storage, Job job, string text)
    {
        var name = UploadedResult.NewName(job.Id, job.Fence);
        var bytes = await Store(storage).WriteAsync(name, new MemoryStream(Encoding.UTF8.GetBytes(text)), 1000, storage.Stop);
        return new(name, bytes!.Length, "text/plain; charset=\"utf-8\"", bytes.Sha256);
    }

    private static async Task<UploadedResult> UploadAsync(TestStorage storage, Job job, string text)
    {
        var upload = await StoreAsync(storage, job, text);
        Assert.Equal(Change.Made, await RecordAsync(storage, job, upload));
        return upload;
    }

    private static Task<Change> RecordAsync(TestStorage storage, Job job, UploadedResult upload) =>
        storage.Writer.ChangeAsync(job.Id, (log, row) => JobTransitions.Upload(log, row, job.Fence, upload));

    private static Task<Change> CompleteAsync(TestStorage storage, Job job) =>
        storage.Writer.ChangeAsync(job.Id, (log, row) => JobTransitions.Succeed(log, row, job.Fence, result: null));

    private static Task<int> SweepAsync(TestStorage storage) => storage.Get<ResultSweep>().RunOnceAsync(storage.Stop);

    private static async Task<string> TextAsync(TestStorage storage, string name)
    {
        using var reader = new StreamReader(Store(storage).OpenRead(name, 0)!);
        return await reader.ReadToEndAsync(storage.Stop);
    }

    private static IResultStore Store(TestStorage storage) => storage.Get<IResultStore>();

    private static string Folder(TestStorage storage) =>
        storage.Get<Microsoft.Extensions.Options.IOptions<ResultsOptions>>().Value.Folder!;
}
