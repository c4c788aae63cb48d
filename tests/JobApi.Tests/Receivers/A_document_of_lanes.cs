using JobApi.Receivers;
using Storage;
using Storage.Deliveries;
using Storage.Tenants;

namespace JobApi.Tests.Receivers;

public sealed class A_document_of_lanes
{
    private static readonly DateTimeOffset Now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void shows_one_breaker_which_is_open_until_the_first_of_them_probes()
    {
        var document = Document(Lane(0, 2, 5, seconds: 90), Lane(1, 2, 7, seconds: 60), Lane(2, 0, 1, seconds: 0));
        Assert.Equal(
            ("open", Now.AddSeconds(60), 2, 7),
            (document.Breaker.State, document.Breaker.Until, document.Breaker.Openings, document.Breaker.Failures));
        Assert.Equal("failing", document.Status);
    }

    [Fact]
    public void is_half_open_while_one_of_them_may_probe() =>
        Assert.Equal(("half_open", null), Breaker(Document(Lane(0, 1, 5, seconds: 90), Lane(1, 1, 5, seconds: 0))));

    [Fact]
    public void is_closed_when_all_of_them_are_held_or_not() =>
        Assert.Equal(("closed", null), Breaker(Document(Lane(0, 0, 0, seconds: 60), Lane(1, 0, 0, seconds: 0))));

    private static (string, DateTimeOffset?) Breaker(Webhooks.Contract.ReceiverDocument document) => (document.Breaker.State, document.Breaker.Until);

    private static Webhooks.Contract.ReceiverDocument Document(params Receiver[] lanes) =>
        ReceiverDocuments.Of(new ReceiverView(lanes, new Backlog(0, false, null)), Now);

    private static Receiver Lane(int lane, int openings, int failures, int seconds) => new()
    {
        Id = Receiver.IdOf(TenantStore.DefaultId, "https://lanes.example:443", lane), TenantId = TenantStore.DefaultId,
        Origin = "https://lanes.example:443", Lane = lane, Openings = openings, Failures = failures, HeldUntil = Now.AddSeconds(seconds), CreatedAt = Now,
    };
}
