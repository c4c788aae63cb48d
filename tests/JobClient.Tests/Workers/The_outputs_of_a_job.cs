using Webhooks.Handlers;
using static Webhooks.Tests.Workers.Workplace;

namespace Webhooks.Tests.Workers;

public sealed class The_outputs_of_a_job : IAsyncLifetime
{
    private readonly Workplace _place = new();

    [Fact]
    public async Task Arrive_in_order_many_at_a_time_and_before_the_result()
    {
        _place.Has(Job());
        _place.Answers("events", Appended);
        _place.Answers("complete", Taken);
        _place.Does(async context =>
        {
            await context.OutputAsync(new { Part = 1 });
            for (var part = 2; part <= 250; part++)
                _ = context.OutputAsync(new { Part = part });
            return "done";
        });

        await _place.ClaimAsync();
        await _place.DrainAsync();

        Assert.Equal(Enumerable.Range(1, 250).Select(n => (n, n)), Sent(_place.Calls("events")));
        Assert.InRange(_place.Calls("events").Count, 4, 20);
        Assert.EndsWith("/complete", _place.Service.Requests[^1].Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Are_sent_again_under_their_numbers_when_nobody_answers()
    {
        _place.Has(Job());
        _place.Answers("events", Away, Appended);
        _place.Answers("complete", Taken);
        _place.Does(async context =>
        {
            await Task.WhenAll(context.OutputAsync(new { Part = 1 }), context.OutputAsync(new { Part = 2 }));
            await context.OutputAsync(new { Part = 3 });
            return null;
        });

        await _place.ClaimAsync();
        await _place.Clock.PassAsync(0.5, 0.75);
        await _place.DrainAsync();

        var calls = _place.Calls("events");
        Assert.Equal(calls[0].Body, calls[1].Body);
        Assert.Equal([(1, 1), (2, 2), (3, 3)], Sent(calls.Skip(1)));
        Assert.Single(_place.Calls("complete"));
    }

    [Fact]
    public async Task That_the_service_refuses_fail_the_attempt()
    {
        _place.Has(Job());
        _place.Answers("events", Service.Problem(422, "output_gap", "outputs: something is missing."));
        _place.Answers("fail", Taken);
        _place.Does(context =>
        {
            _ = context.OutputAsync(1);
            return Task.FromResult<object?>("done");
        });

        await _place.ClaimAsync();
        await _place.DrainAsync();

        Assert.Equal("""{"error":{"code":"output_gap","message":"outputs: something is missing."},"retryable":false}""", _place.Call("fail").ToJsonString());
    }

    [Fact]
    public async Task Of_a_lost_job_are_not_sent()
    {
        _place.Has(Job());
        _place.Answers("events", Stale);
        _place.Does(async context =>
        {
            await Assert.ThrowsAsync<OperationCanceledException>(() => context.OutputAsync(1));
            await Assert.ThrowsAsync<OperationCanceledException>(() => context.OutputAsync(2));
            return "late";
        });

        await _place.ClaimAsync();
        await _place.DrainAsync();

        Assert.Equal(2, _place.Service.Requests.Count);
    }

    [Fact]
    public async Task Larger_than_1_mib_are_refused_here()
    {
        _place.Has(Job());
        _place.Answers("fail", Taken);
        _place.Does(async context =>
        {
            await context.OutputAsync(new string('x', 1024 * 1024));
            return null;
        });

        await _place.ClaimAsync();
        await _place.DrainAsync();

        Assert.Equal("output_too_large", _place.Call("fail")["error"]!["code"]!.GetValue<string>());
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await _place.DisposeAsync();

    private static IEnumerable<(int, int)> Sent(IEnumerable<WireMock.IRequestMessage> calls) =>
        from call in calls
        from output in call.Json()["outputs"]!.AsArray()
        select (output!["client_seq"]!.GetValue<int>(), output["data"]!["part"]!.GetValue<int>());
}
