using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace WebhookVerifier.AspNetCore.Tests.Receiving;

public class A_webhook_endpoint
{
    private readonly List<WebhookEvent<JsonElement>> handled = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task answers_204_and_hands_over_the_event()
    {
        await using var app = await ReceivingApp.StartAsync(Handle);

        using var answer = await app.DeliverAsync("evt_1");

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var webhook = Assert.Single(handled);
        Assert.Equal("evt_1", webhook.Id);
        Assert.Equal("job.succeeded", webhook.Type);
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), webhook.Timestamp);
        Assert.Equal(4, webhook.Data.GetProperty("seq").GetInt32());
        Assert.Equal(Encoding.UTF8.GetBytes(ReceivingApp.Event), webhook.Body);
        Assert.Equal("job.succeeded evt_1", webhook.ToString());
    }

    [Fact]
    public async Task verifies_the_bytes_as_they_came()
    {
        await using var app = await ReceivingApp.StartAsync(Handle);
        byte[] body = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("  " + ReceivingApp.Event + "\r\n")];

        using var answer = await app.PostAsync(app.Signed("evt_1", body));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(body, Assert.Single(handled).Body);
    }

    [Fact]
    public async Task answers_204_to_a_repeat_and_does_not_handle_it_again()
    {
        await using var app = await ReceivingApp.StartAsync(Handle);

        using var first = await app.DeliverAsync("evt_1");
        app.Clock.Advance(TimeSpan.FromDays(6));
        using var repeat = await app.DeliverAsync("evt_1");
        using var other = await app.DeliverAsync("evt_2");

        Assert.Equal(HttpStatusCode.NoContent, repeat.StatusCode);
        Assert.Equal(["evt_1", "evt_2"], handled.Select(webhook => webhook.Id));
    }

    [Fact]
    public async Task answers_409_and_says_when_to_come_again_while_the_event_is_being_handled()
    {
        var started = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        await using var app = await ReceivingApp.StartAsync((_, _) =>
        {
            started.SetResult();
            return finish.Task;
        });

        var first = app.DeliverAsync("evt_1");
        await started.Task.WaitAsync(Stop);
        using var meanwhile = await app.DeliverAsync("evt_1");
        finish.SetResult();
        using var answer = await first;
        using var later = await app.DeliverAsync("evt_1");

        Assert.Equal(HttpStatusCode.Conflict, meanwhile.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(60), meanwhile.Headers.RetryAfter!.Delta);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, later.StatusCode);
    }

    [Fact]
    public async Task answers_500_when_the_handler_fails_and_handles_the_next_delivery()
    {
        var calls = 0;
        await using var app = await ReceivingApp.StartAsync((_, _) =>
            ++calls == 1 ? throw new InvalidOperationException("no database") : Task.CompletedTask);

        using var failed = await app.DeliverAsync("evt_1");
        using var again = await app.DeliverAsync("evt_1");

        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        Assert.Equal("", await failed.Content.ReadAsStringAsync(Stop));
        Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
        Assert.Equal(2, calls);
    }

    [Fact(Timeout = 60_000)]
    public async Task gives_the_event_back_when_the_sender_hangs_up_and_the_handler_heeds_it()
    {
        var calls = 0;
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var app = await ReceivingApp.StartAsync(async (_, stop) =>
        {
            if (++calls > 1) return;
            await hangUp.CancelAsync();
            await Task.Delay(Timeout.Infinite, stop);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            app.SendAsync(app.Signed("evt_1", Encoding.UTF8.GetBytes(ReceivingApp.Event)), hangUp.Token));

        HttpStatusCode status;
        do
        {
            using var answer = await app.DeliverAsync("evt_1");
            status = answer.StatusCode;
        }
        while (status == HttpStatusCode.Conflict);

        Assert.Equal(HttpStatusCode.NoContent, status);
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task says_in_its_log_when_a_handler_outlived_its_claim()
    {
        ReceivingApp app = null!;
        var calls = 0;
        await using var running = app = await ReceivingApp.StartAsync(async (_, _) =>
        {
            if (++calls > 1) return;
            app.Clock.Advance(TimeSpan.FromSeconds(60));
            using var taken = await app.DeliverAsync("evt_1");
        });

        using var answer = await app.DeliverAsync("evt_1");

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Contains(app.Log.Lines, line =>
            line.StartsWith("Warning: Webhook evt_1 was handled after its claim had lapsed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task reads_data_into_a_type()
    {
        WebhookEvent<JobDone>? seen = null;
        await using var app = await ReceivingApp.StartAsync((routes, secrets) =>
            routes.MapWebhook("/hooks", secrets, (WebhookEvent<JobDone> webhook, CancellationToken _) =>
            {
                seen = webhook;
                return Task.CompletedTask;
            }));

        using var right = await app.DeliverAsync("evt_1");
        using var wrong = await app.DeliverAsync("evt_2", ReceivingApp.Event.Replace("4", "\"four\"", StringComparison.Ordinal));
        using var missing = await app.DeliverAsync("evt_3", """{"type":"job.succeeded","timestamp":"2026-03-01T12:00:00Z","data":null}""");

        Assert.Equal(HttpStatusCode.NoContent, right.StatusCode);
        Assert.Equal(new JobDone("job_1", 4), seen!.Data);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, missing.StatusCode);
    }

    [Fact]
    public async Task gives_handlers_the_services_of_the_request()
    {
        IServiceProvider? seen = null;
        await using var app = await ReceivingApp.StartAsync((routes, secrets) =>
            routes.MapWebhook("/hooks", secrets, (WebhookEvent<JsonElement> _, IServiceProvider services, CancellationToken _) =>
            {
                seen = services;
                return Task.FromResult(services.GetRequiredService<TimeProvider>());
            }));

        using var answer = await app.DeliverAsync();

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.NotNull(seen);
    }

    [Fact]
    public async Task remembers_in_the_registered_store()
    {
        var store = new MemoryDeduplication();
        await using var app = await ReceivingApp.StartAsync(Handle, services: services => services.AddSingleton<IDeduplication>(store));

        using var answer = await app.DeliverAsync("evt_1");

        Assert.Equal(ClaimState.Done, (await store.BeginAsync("evt_1", Stop)).State);
    }

    [Fact]
    public async Task is_not_mapped_without_a_usable_secret()
    {
        await Assert.ThrowsAsync<FormatException>(() =>
            ReceivingApp.StartAsync((app, _) => app.MapWebhook<JsonElement>("/hooks", ["whsec_c2hvcnQ="], Handle)));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            ReceivingApp.StartAsync((app, _) => app.MapWebhook<JsonElement>("/hooks", [], Handle)));
    }

    [Fact]
    public void has_limits_within_their_ranges()
    {
        Assert.Equal(1024 * 1024, new WebhookEndpointOptions().BodyLimit);
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebhookEndpointOptions { BodyLimit = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebhookEndpointOptions { Tolerance = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebhookEndpointOptions { InProgressRetryAfter = TimeSpan.Zero });
    }

    private Task Handle(WebhookEvent<JsonElement> webhook, CancellationToken stop)
    {
        handled.Add(webhook);
        return Task.CompletedTask;
    }

    private sealed record JobDone(string JobId, int Seq);
}
