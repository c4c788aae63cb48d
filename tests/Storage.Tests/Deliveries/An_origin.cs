using Storage.Deliveries;
using Storage.Tenants;

namespace Storage.Tests.Deliveries;

public sealed class An_origin
{
    [Theory]
    [InlineData("https://Receiver.Example/hook?a=b", "https://receiver.example:443")]
    [InlineData("http://receiver.example", "http://receiver.example:80")]
    [InlineData("https://receiver.example:8443/", "https://receiver.example:8443")]
    [InlineData("https://bücher.example/", "https://xn--bcher-kva.example:443")]
    [InlineData("http://[2001:DB8::1]:8080/a", "http://[2001:db8::1]:8080")]
    [InlineData("https://192.0.2.1/", "https://192.0.2.1:443")]
    public void Is_scheme_host_and_port(string url, string origin) => Assert.Equal(origin, Origin.Of(url));

    [Fact]
    public void Makes_one_receiver_per_tenant_and_lane()
    {
        var (ours, theirs) = (TenantStore.DefaultId, new Id<Tenant>(new Guid("00000000-0000-7000-8000-00000000000f")));

        Assert.Equal(Receiver.IdOf(ours, "https://a:443"), Receiver.IdOf(ours, "https://a:443", 0));
        HashSet<Id<Receiver>> receivers =
        [
            Receiver.IdOf(ours, "https://a:443"), Receiver.IdOf(ours, "https://b:443"), Receiver.IdOf(ours, "https://a:443", lane: 1),
            Receiver.IdOf(theirs, "https://a:443"),
        ];
        Assert.Equal(4, receivers.Count);
    }
}
