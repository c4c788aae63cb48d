using System.Globalization;
using DeliveryEngine.Outcomes;
using DeliveryEngine.Sending;
using DeliveryEngine.Tests.Stage;
using Egress.Tests;
using Storage.Deliveries;

namespace DeliveryEngine.Tests.Hostile;

public sealed class A_receiver(Outpost outpost) : IClassFixture<Outpost>
{
    private const long MostMemory = 256 * 1024 * 1024;

    /// <summary>Long enough for anything on a busy machine, short enough for a test that fails.</summary>
    private static readonly TimeSpan Ample = TimeSpan.FromSeconds(40);

    /// <summary>A deadline that is meant to pass, but not before the request is there.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Names => [.. Hostility.All.Select(hostility => hostility.Name)];

    [Theory, MemberData(nameof(Names))]
    public async Task Gets_its_verdict_and_the_next_request_works(string name)
    {
        var hostility = Hostility.All.Single(row => row.Name == name);
        await using var receiver = hostility.Open();
        var url = UrlOf(hostility, receiver);

        var outcome = await outpost.PostAsync(url, hostility.EndsByDeadline ? Short : Ample, Stop);

        Assert.Contains(Verdict(outcome), hostility.Expected.Split('|'));
        Assert.Equal(hostility.Detail ?? outcome.Detail, outcome.Detail);
        Assert.Equal(Directive.None, outcome.Directive);
        Assert.True(receiver.Requests.Count <= 1, "it was asked more than once");
        var row = AttemptRows.Of(outcome, TimeProvider.System.GetUtcNow(), outcome.Took.Total, "engine");
        Assert.True(row.Excerpt is null || row.Excerpt.Length <= 4096 && !row.Excerpt.Any(c => char.IsControl(c) && c is not ('\t' or '\n')));
        Assert.IsType<Outcome.Accepted>(await NextAsync(url));
        Assert.DoesNotContain(receiver.Requests, request => request.Contains("\r\ncookie:", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Of_these_tests_knows_many_ways() => Assert.True(Hostility.All.DistinctBy(row => row.Name).Count() == Hostility.All.Count && Hostility.All.Count >= 60);

    [Fact]
    public async Task Of_all_kinds_at_once_leaves_the_engines_memory_flat()
    {
        await using var scene = await Scene.OnAsync(On.Sqlite, "Deliveries:Timeout=00:00:02");
        var receivers = new List<RawReceiver>();
        try
        {
            // Five of each, so that what one may hold would show.
            foreach (var hostility in Enumerable.Repeat(Hostility.All.Where(row => !row.Tls), 5).SelectMany(rows => rows))
            {
                receivers.Add(new RawReceiver(hostility.Script));
                await scene.FinishJobAsync(receivers[^1].Url);
            }
            await using var engine = EngineProcess.Start(scene);

            await scene.UntilAsync(async () => (await scene.AttemptsAsync()).Count(IsFinished) >= receivers.Count);

            Assert.InRange(engine.PeakMemory, 1, MostMemory);
            Assert.DoesNotContain(await scene.AttemptsAsync(), attempt => attempt.Error is "own_fault" or "engine_lost");
        }
        finally
        {
            foreach (var receiver in receivers)
                await receiver.DisposeAsync();
        }
    }

    private static bool IsFinished(Attempt attempt) => attempt.FinishedAt is not null;

    private static string UrlOf(Hostility hostility, RawReceiver receiver) => hostility.Tls
        ? string.Create(CultureInfo.InvariantCulture, $"https://{Certificates.Host}:{receiver.Port}/hook")
        : receiver.Url;

    private static string Verdict(Outcome outcome) => outcome switch
    {
        Outcome.Accepted accepted => accepted.Status.ToString(CultureInfo.InvariantCulture),
        Outcome.Refused refused => refused.Status.ToString(CultureInfo.InvariantCulture),
        Outcome.Unreached unreached => unreached.Why,
        _ => outcome.ToString(),
    };

    /// <summary>A request may meet a connection that is just being closed, which the schedule would forgive; a smuggled answer it would not.</summary>
    private async Task<Outcome> NextAsync(string url)
    {
        for (var attempt = 1; ; attempt++)
        {
            var next = await outpost.PostAsync(url, Ample, Stop);
            Assert.False(next is Outcome.Accepted { Status: not 204 }, "an answer was taken that belongs to another request");
            if (next is not Outcome.Unreached { Why: "connection_lost" } || attempt == 3)
                return next;
        }
    }
}
