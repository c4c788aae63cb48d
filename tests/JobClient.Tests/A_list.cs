using static Webhooks.Tests.Samples;

namespace Webhooks.Tests;

public sealed class A_list : IDisposable
{
    private readonly Service _service = new();
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Goes_on_while_there_is_a_cursor()
    {
        _service.Answers("GET", "/deliveries",
            Service.Json(200, $$"""{"items":[{{Delivery("dlv_1")}}],"next_cursor":"a+b/c=="}"""),
            Service.Json(200, Page(Delivery("dlv_2"))));

        var deliveries = await _service.Client().Deliveries.ListAsync(new() { Status = "parked" }).ToListAsync(_stop);

        Assert.Equal(["dlv_1", "dlv_2"], deliveries.Select(delivery => delivery.Id));
        Assert.Equal(["?status=parked", "?status=parked&cursor=a%2Bb%2Fc%3D%3D"], _service.Requests.Select(request => request.RawQuery));
    }

    [Fact]
    public async Task Asks_for_no_page_that_nobody_wants()
    {
        _service.Answers("GET", "/jobs", Service.Json(200, $$"""{"items":[{{Job("running", 2)}}],"next_cursor":"more"}"""));

        await _service.Client().ListAsync().FirstAsync(_stop);

        Assert.Single(_service.Requests);
    }

    public void Dispose() => _service.Dispose();
}
