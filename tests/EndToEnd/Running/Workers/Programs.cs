using System.Text.Json;
using Fixtures;
using Webhooks.Contract;

namespace EndToEnd.Running.Workers;

/// <summary>Programs that know nothing of jobs, run by the bash worker.</summary>
internal sealed class Programs(RunningService service, TemporaryFolder folder, CancellationToken stop)
{
    public const string Odd = "a \"quoted\" \\ line\n\tüber €, 😀 and \u0001";

    public JobDocument? Hashed { get; private set; }

    public JobDocument? EchoedText { get; private set; }

    public JobDocument? EchoedJson { get; private set; }

    public JobDocument? ReadPdf { get; private set; }

    public JobDocument? FailedForGood { get; private set; }

    public JobDocument? FailedForNow { get; private set; }

    public async Task RunAsync()
    {
        var key = await service.Client.Keys.CreateAsync(new CreateKey { Name = "programs", Role = "worker" }, stop);
        await using var hash = Start(key, "checksum", "sha256sum");
        await using var echo = Start(key, "echo", "cat");
        await using var read = Start(key, "pdf.text", "sh", "-c", "curl -sSf \"$(cat)\" | pdftotext - -"); // as the README has it
        await using var exit = Start(key, "exit", "sh", "-c", "echo so it goes >&2; exit $(cat)");
        await Task.WhenAll(HashAsync(), EchoAsync(), ReadPdfAsync(), ExitAsync());
        Assert.All([hash, echo, read, exit], worker => Assert.DoesNotContain(key.Key!.Reveal(), worker.Output, StringComparison.Ordinal));
    }

    private async Task HashAsync() => Hashed = await DoneAsync(new SubmitJob { Type = "checksum", Input = Json("The quick brown fox") });

    private async Task EchoAsync()
    {
        EchoedText = await DoneAsync(new SubmitJob { Type = "echo", Input = Json(Odd) });
        EchoedJson = await DoneAsync(new SubmitJob { Type = "echo", Input = Json(new { list = Enumerable.Range(1, 2), text = Odd }) });
    }

    private async Task ReadPdfAsync()
    {
        await using var website = await OnePage.StartAsync("/report.pdf", "application/pdf", Pdf.Saying("Quarterly report: all is well"));
        ReadPdf = await DoneAsync(new SubmitJob { Type = "pdf.text", Input = Json(website.Url) });
    }

    private async Task ExitAsync()
    {
        FailedForGood = await DoneAsync(new SubmitJob { Type = "exit", Input = Json(65) });
        FailedForNow = await DoneAsync(new SubmitJob { Type = "exit", Input = Json("3") });
    }

    private RunningProgram Start(KeyDocument key, string type, params string[] program) => RunningProgram.StartAny(
        "bash", [Repository.PathOf("samples/worker-bash/worker.sh"), type, .. program],
        new Dictionary<string, string>
        {
            ["JOBS_URL"] = service.Http.BaseAddress!.ToString().TrimEnd('/'), ["JOBS_KEY"] = key.Key!.Reveal(), ["JOBS_LEASE"] = "10",
        },
        folder.Path);

    /// <summary>The job after its first attempt.</summary>
    private async Task<JobDocument> DoneAsync(SubmitJob job)
    {
        var id = (await service.Client.SubmitAsync(job, stop: stop)).Id;
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var seen = await service.Client.GetAsync(id, stop);
            if (seen.IsTerminal || seen.Error is not null)
                return seen;
            await pause.WaitForNextTickAsync(stop);
        }
    }

    private static JsonElement Json<T>(T value) => JsonSerializer.SerializeToElement(value);
}
