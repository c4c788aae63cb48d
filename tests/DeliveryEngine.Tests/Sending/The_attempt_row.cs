using System.Net;
using System.Net.Sockets;
using DeliveryEngine.Tests.Stage;
using Fixtures;
using Storage.Deliveries;
using Storage.Jobs;

namespace DeliveryEngine.Tests.Sending;

public sealed class The_attempt_row
{
    [Theory, EveryDatabase]
    public async Task Is_there_before_the_receiver_answers_and_finished_after(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        List<Attempt> meanwhile = [];
        receiver.Answers(async _ =>
        {
            meanwhile = await scene.AttemptsAsync();
            scene.Clock.Advance(TimeSpan.FromMilliseconds(120));
            return new Answer(200, "thank you");
        });
        await scene.FinishJobAsync(receiver);

        await scene.Node.WorkAsync();

        var begun = Assert.Single(meanwhile);
        Assert.Equal((1, 1, Scene.Start, "engine 1"), (begun.Number, begun.Round, begun.StartedAt, begun.Engine));
        Assert.Equal((null, null, null, null), (begun.FinishedAt, begun.StatusCode, begun.DurationMs, begun.Excerpt));
        var finished = Assert.Single(await scene.AttemptsAsync());
        Assert.Equal((Scene.Start, Scene.Start.AddMilliseconds(120), 120), (finished.StartedAt, finished.FinishedAt, finished.DurationMs));
        Assert.Equal((200, null, "thank you"), (finished.StatusCode, finished.Error, finished.Excerpt));
    }

    [Theory, EveryDatabase]
    public async Task Says_where_the_time_went(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        scene.Resolver.Answer = _ =>
        {
            scene.Clock.Advance(TimeSpan.FromMilliseconds(7));
            return [IPAddress.Loopback];
        };
        receiver.Answers(_ =>
        {
            scene.Clock.Advance(TimeSpan.FromMilliseconds(30));
            return new Answer(500);
        });
        await scene.FinishJobAsync(receiver);
        await scene.Node.WorkAsync();
        scene.Clock.Advance(TimeSpan.FromSeconds(6));

        await scene.Node.WorkAsync();

        var attempts = await scene.AttemptsAsync();
        Assert.Equal((7, 0, 0, 37, 37), Durations(attempts[0]));
        Assert.Equal((null, null, null, 30, 30), Durations(attempts[1])); // the connection was kept
    }

    [Theory, EveryDatabase]
    public async Task Keeps_nothing_of_the_answer_but_its_status_where_that_is_asked_for(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:KeepResponses=false");
        var receiver = scene.Listen();
        receiver.Answers(_ => new Answer(500, "the metadata of our cloud"));
        await scene.FinishJobAsync(receiver);

        await scene.Node.WorkAsync();

        var attempt = Assert.Single(await scene.AttemptsAsync());
        Assert.Equal((500, "http_status", null), (attempt.StatusCode, attempt.Error, attempt.Excerpt));
    }

    [Theory, EveryDatabase]
    public async Task Keeps_the_beginning_of_whatever_was_answered_as_text(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var receiver = scene.Listen();
        receiver.Answers(_ => new Answer(200, [0x00, 0x01, 0xff, 0xfe, .. Enumerable.Repeat((byte)'a', 20_000), 0x00]));
        await scene.FinishJobAsync(receiver);

        await scene.Node.WorkAsync();

        Assert.Equal("\ufffd\ufffd" + new string('a', 4092), Assert.Single(await scene.AttemptsAsync()).Excerpt);
    }

    [Theory, EveryDatabase]
    public async Task Says_how_far_an_attempt_came_that_got_no_answer(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var (nobody, hangsUp) = (FreePort.Find(), scene.Listen("hangs-up"));
        hangsUp.HangsUp = true;
        var refused = await scene.FinishJobAsync($"http://nobody.example:{nobody}/");
        var reset = await scene.FinishJobAsync(hangsUp);
        var unknown = await scene.FinishJobAsync("http://no-such-name.example:8080/");
        scene.Resolver.Answer = host => host.StartsWith("no-such", StringComparison.Ordinal)
            ? throw new SocketException((int)SocketError.HostNotFound)
            : [IPAddress.Loopback];

        await scene.Node.WorkAsync();

        await Left("connect_failed", "refused", refused);
        await Left("connection_lost", "connection_reset", reset);
        await Left("dns_failed", "name_not_found", unknown);

        async Task Left(string error, string detail, Job job)
        {
            var delivery = await scene.DeliveryAsync(job);
            Assert.Equal((DeliveryStatus.Pending, 1), (delivery.Status, delivery.Failures));
            var attempt = Assert.Single(await scene.AttemptsAsync(), a => a.DeliveryId == delivery.Id);
            Assert.Equal((null, error, detail), (attempt.StatusCode, attempt.Error, attempt.ErrorDetail));
        }
    }

    private static (int?, int?, int?, int?, int?) Durations(Attempt attempt) =>
        (attempt.DnsMs, attempt.ConnectMs, attempt.TlsMs, attempt.FirstByteMs, attempt.DurationMs);
}
