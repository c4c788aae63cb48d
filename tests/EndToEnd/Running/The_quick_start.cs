using Fixtures;

namespace EndToEnd.Running;

public sealed class The_quick_start
{
    private static readonly string[] Steps =
    [
        "POST /jobs → 202", "job.enqueued", "job.started", "deeper: 1 files, 8 bytes", "job.succeeded", "/hooks verified job.succeeded",
        "/flaky answers 503", "attempt 1: 503", "attempt 2: 204", "/flaky verified job.succeeded", "duplicate dropped", "a.txt, deeper/b.txt",
    ];

    [Fact(Timeout = 120_000)]
    public async Task shows_every_step_and_exits_with_zero()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("a.txt"), "the same", TestContext.Current.CancellationToken);
        Directory.CreateDirectory(folder.File("deeper"));
        await File.WriteAllTextAsync(folder.File("deeper/b.txt"), "the same", TestContext.Current.CancellationToken);

        await using var program = RunningProgram.Start("QuickStart", new Dictionary<string, string>(), folder.Path, folder.Path);
        var exit = await program.ExitAsync(TestContext.Current.CancellationToken);

        Assert.True(exit == 0, program.Output);
        Assert.All(Steps, step => Assert.Contains(step, program.Output, StringComparison.Ordinal));
    }
}
