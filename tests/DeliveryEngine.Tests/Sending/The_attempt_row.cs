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

        await Left("connect_failed", refused);
        await Left("connection_lost", reset);
        await Left("dns_failed", unknown);

        async Task Left(string error, Job job)
        {
            var delivery = await scene.DeliveryAsync(job);
            Assert.Equal((DeliveryStatus.Pending, 1), (delivery.Status, delivery.Failures));
            Assert.Equal((null, error), Assert.Single(await scene.AttemptsAsync(), a => a.DeliveryId == delivery.Id).Result());
        }
    }
}
