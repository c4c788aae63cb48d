using System.Net;
using DeliveryEngine.Tests.Stage;
using Egress.Tests;
using Storage.Deliveries;
using Storage.Jobs;

namespace DeliveryEngine.Tests.Outcomes;

public sealed class The_status_table
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Floor = TimeSpan.FromMinutes(1);

    [Theory, EveryDatabase(200, 201, 202, 204, 206, 299)]
    public async Task Takes_2xx_as_delivered(On database, int status)
    {
        await using var scene = await Scene.OnAsync(database);
        var delivery = await DeliverAsync(scene, status, ("retry-after", "120"), ("webhook-delivery", "whatever"), ("x-odd", "(<\"@,;:>"));
        Assert.Equal((DeliveryStatus.Delivered, null), delivery.State());
        Assert.Equal((0, Scene.Start), (delivery.Failures, delivery.DeliveredAt));
        Assert.Equal((status, null), Assert.Single(await scene.AttemptsAsync()).Result());
    }

    [Theory, EveryDatabase(300, 301, 307, 308, 400, 401, 404, 409, 418, 500, 501)]
    public async Task Retries_other_answers_by_the_schedule(On database, int status)
    {
        await using var scene = await Scene.OnAsync(database);
        var delivery = await DeliverAsync(scene, status);
        Assert.Equal((DeliveryStatus.Pending, null), delivery.State());
        Assert.Equal(1, delivery.Failures);
        Assert.InRange(delivery.DueAt - scene.Now, FirstWait, FirstWait * 1.1);
        Assert.Equal((status, "http_status"), Assert.Single(await scene.AttemptsAsync()).Result());
    }

    [Theory, EveryDatabase(429, 502, 503, 504)]
    public async Task Gives_a_throttling_receiver_a_minute(On database, int status)
    {
        await using var scene = await Scene.OnAsync(database);
        var delivery = await DeliverAsync(scene, status);
        Assert.Equal((DeliveryStatus.Pending, 1, Floor), (delivery.Status, delivery.Failures, delivery.DueAt - scene.Now));
    }

    [Theory, EveryDatabase]
    public async Task Gives_a_receiver_that_does_not_answer_in_time_a_minute(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Deliveries:Timeout=00:00:01");
        var receiver = scene.Listen();
        receiver.Hold();
        await scene.FinishJobAsync(receiver);

        await scene.Node.WorkAsync();

        var delivery = await scene.DeliveryAsync();
        Assert.Equal((DeliveryStatus.Pending, 1, Floor), (delivery.Status, delivery.Failures, delivery.DueAt - scene.Now));
        Assert.Equal("timeout", Assert.Single(await scene.AttemptsAsync()).Error);
        receiver.LetGo();
    }

    [Theory, EveryDatabase("120", "Thu, 02 Jan 2020 03:06:05 GMT", "Thursday, 02-Jan-20 03:06:05 GMT", "Thu Jan  2 03:06:05 2020")]
    public async Task Honours_Retry_After_in_seconds_and_as_a_date(On database, string value)
    {
        await using var scene = await Scene.OnAsync(database);
        var delivery = await DeliverAsync(scene, 503, ("retry-after", value));
        Assert.Equal(TimeSpan.FromMinutes(2), delivery.DueAt - scene.Now);
    }

    [Theory, EveryDatabase(301, 404, 500)]
    public async Task Honours_Retry_After_on_any_failure_where_it_is_longer_than_the_schedule(On database, int status)
    {
        await using var scene = await Scene.OnAsync(database);
        var delivery = await DeliverAsync(scene, status, ("retry-after", "3"), ("x-other", "1"));
        Assert.InRange(delivery.DueAt - scene.Now, FirstWait, FirstWait * 1.1);
        await scene.ReplayAsync(delivery);
        scene.Listen().Answers(status, ("retry-after", "3600"));
        await scene.Node.WorkAsync();
        Assert.Equal(TimeSpan.FromHours(1), (await scene.DeliveryAsync()).DueAt - scene.Now);
    }

    [Theory, EveryDatabase("31536000", "99999999999999999999", "Fri, 02 Jan 2099 03:04:05 GMT")]
    public async Task Waits_no_longer_than_a_day_whatever_is_asked_for(On database, string value)
    {
        await using var scene = await Scene.OnAsync(database);
        var delivery = await DeliverAsync(scene, 429, ("retry-after", value));
        Assert.Equal(TimeSpan.FromHours(24), delivery.DueAt - scene.Now);
    }

    [Theory, EveryDatabase("-5", "soon", "1.5", "1e3", "0x10", "Wed, 01 Jan 2020 03:04:05 GMT", "0", "59", "+120", "120 s", "120, 240", "2030-01-02T03:04:05Z")]
    public async Task Keeps_to_the_minute_where_Retry_After_is_malformed_or_has_passed(On database, string value)
    {
        await using var scene = await Scene.OnAsync(database);
        var delivery = await DeliverAsync(scene, 429, ("retry-after", value));
        Assert.Equal(Floor, delivery.DueAt - scene.Now);
    }

    [Theory, EveryDatabase(429, 502, 503, 504)]
    public async Task Gives_a_minute_to_a_receiver_that_says_so_and_breaks_off(On database, int status)
    {
        await using var scene = await Scene.OnAsync(database);
        var delivery = await BreakOffAsync(scene, $"{status} No");
        Assert.Equal((status, "connection_lost"), Assert.Single(await scene.AttemptsAsync()).Result());
        Assert.Equal((DeliveryStatus.Pending, 1, Floor), (delivery.Status, delivery.Failures, delivery.DueAt - scene.Now));
    }

    [Theory]
    [EveryDatabase("503 No\r\nRetry-After: 120", "500 No\r\nRetry-After: 120")]
    public async Task Honours_Retry_After_of_an_answer_that_breaks_off(On database, string head)
    {
        await using var scene = await Scene.OnAsync(database);
        var delivery = await BreakOffAsync(scene, head);
        Assert.Equal((DeliveryStatus.Pending, 1, TimeSpan.FromMinutes(2)), (delivery.Status, delivery.Failures, delivery.DueAt - scene.Now));
    }

    [Theory]
    [EveryDatabase("410 Gone", "200 OK\r\nWebhook-Delivery: disable", "500 No\r\nWebhook-Delivery: disable")]
    public async Task Disables_the_callback_though_the_answer_that_says_so_breaks_off(On database, string head)
    {
        await using var scene = await Scene.OnAsync(database);
        var delivery = await BreakOffAsync(scene, head);
        Assert.Equal(DeliveryStatus.Parked, delivery.Status);
        Assert.Equal(CallbackStatus.Disabled, Assert.Single(await scene.CallbacksAsync()).Status);
    }

    [Theory, EveryDatabase]
    public async Task Parks_a_delivery_that_is_refused_by_an_answer_that_breaks_off(On database)
    {
        await using var scene = await Scene.OnAsync(database);
        var delivery = await BreakOffAsync(scene, "400 No\r\nWebhook-Delivery: abort-message");
        Assert.Equal((DeliveryStatus.Parked, "refused_by_receiver"), delivery.State());
    }

    [Theory, EveryDatabase(301, 302, 303, 307, 308)]
    public async Task Never_follows_a_redirect(On database, int status)
    {
        await using var scene = await Scene.OnAsync(database);
        var elsewhere = scene.Listen("elsewhere");
        var delivery = await DeliverAsync(scene, status, ("location", elsewhere.Url));
        Assert.Equal((DeliveryStatus.Pending, 1), (delivery.Status, delivery.Failures));
        Assert.Empty(elsewhere.Requests);
    }

    [Theory, EveryDatabase("http://10.0.0.1/", "http://169.254.169.254/latest/meta-data", "http://[::1]/", "http://private.example/")]
    public async Task Parks_what_leads_to_a_refused_address(On database, string url)
    {
        await using var scene = await Scene.OnAsync(database);
        scene.Resolver.Answer = _ => [IPAddress.Parse("192.168.1.1")];
        await scene.FinishJobAsync(url);

        await scene.Node.WorkAsync();

        var delivery = await scene.DeliveryAsync();
        Assert.Equal((DeliveryStatus.Parked, "blocked_address"), delivery.State());
        Assert.Equal((null, "blocked_address"), Assert.Single(await scene.AttemptsAsync()).Result());
    }

    [Theory, EveryDatabase]
    public async Task Does_not_even_connect_to_a_refused_address(On database)
    {
        await using var scene = await Scene.OnAsync(database, "Egress:Allow:0=192.0.2.0/24");
        var receiver = scene.Listen();
        await scene.FinishJobAsync(receiver);

        await scene.Node.WorkAsync();

        Assert.Equal("blocked_address", (await scene.DeliveryAsync()).Reason);
        Assert.Empty(receiver.Requests);
    }

    /// <summary>The receiver says so, then half of its body, and hangs up.</summary>
    private static async Task<Delivery> BreakOffAsync(Scene scene, string head)
    {
        await using var receiver = new RawReceiver(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync($"HTTP/1.1 {head}\r\nContent-Length: 10\r\n\r\nhalf");
        });
        await scene.FinishJobAsync(receiver.Url);
        await scene.Node.WorkAsync();
        return await scene.DeliveryAsync();
    }

    private static async Task<Delivery> DeliverAsync(Scene scene, int status, params (string, string)[] headers)
    {
        var receiver = scene.Listen();
        receiver.Answers(status, headers);
        await scene.FinishJobAsync(receiver);
        await scene.Node.WorkAsync();
        Assert.Single(receiver.Requests);
        return await scene.DeliveryAsync();
    }
}
