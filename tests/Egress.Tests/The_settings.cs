using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Egress.Tests;

public class The_settings
{
    [Theory]
    [InlineData("Allow:0", "10.0.0.0/8")]
    [InlineData("Allow:0", "10.0.0.0/8:8080")]
    [InlineData("Allow:0", "127.0.0.1:5001")]
    [InlineData("Allow:0", "fd00::/8")]
    [InlineData("Allow:0", "fd00::1")]
    [InlineData("Allow:0", "[fd00::]/8:8080")]
    [InlineData("Allow:0", "[fd00::1]:8080")]
    [InlineData("Deny:0", "203.0.113.0/24")]
    [InlineData("Nat64", "decode")]
    [InlineData("Nat64Prefixes:0", "2a00:64::/96")]
    [InlineData("OwnHosts:0", "hooks.example.com")]
    [InlineData("Contact", "https://example.com/abuse")]
    [InlineData("Contact", "mailto:hooks@example.com")]
    [InlineData("MaxConnectionsPerOrigin", "1")]
    public void Are_taken(string key, string value) => Assert.NotNull(Start(key, value).GetRequiredService<UrlRules>());

    [Theory]
    [InlineData("Allow:0", "localhost")]
    [InlineData("Allow:0", "10.0.0.1/8")]
    [InlineData("Allow:0", "10.0.0.0/33")]
    [InlineData("Allow:0", "010.0.0.0/8")]
    [InlineData("Allow:0", "10.0/8")]
    [InlineData("Allow:0", "10.0.0.0/8:0")]
    [InlineData("Allow:0", "10.0.0.0/8:65536")]
    [InlineData("Allow:0", "10.0.0.0/8:")]
    [InlineData("Allow:0", "10.0.0.0/8x")]
    [InlineData("Allow:0", "[fd00::/8")]
    [InlineData("Allow:0", "fe80::1%eth0")]
    [InlineData("Allow:0", "")]
    [InlineData("Allow", "10.0.0.0/8")]
    [InlineData("Deny", "10.0.0.0/8")]
    [InlineData("Deny:0", "10.0.0.0/8:80")]
    [InlineData("Nat64Prefixes:0", "2a00:64::/95")]
    [InlineData("Nat64Prefixes:0", "10.0.0.0/32")]
    [InlineData("OwnHosts:0", "https://hooks.example.com")]
    [InlineData("OwnHosts:0", "hooks.example.com:443")]
    [InlineData("Contact", "hooks@example.com")]
    [InlineData("Contact", "http://example.com/")]
    [InlineData("Contact", "https://example.com/\r\nx: y")]
    [InlineData("Contact", "https://example.com/)")]
    [InlineData("MaxConnectionsPerOrigin", "0")]
    [InlineData("ConnectionLifetime", "00:00:00")]
    [InlineData("ConnectionIdle", "02:00:00")]
    public void Stop_the_start_with_a_sentence_that_names_setting_and_value(string key, string value)
    {
        var settings = Start(key, value).GetRequiredService<IOptions<EgressOptions>>();
        var failure = Assert.Throws<OptionsValidationException>(() => settings.Value);
        var sentence = Assert.Single(failure.Failures);
        Assert.Contains($"Egress:{key} is", sentence);
        Assert.Contains(value, sentence);
    }

    [Fact]
    public void Are_checked_when_the_host_starts()
    {
        using var services = Start("MaxConnectionsPerOrigin", "0");
        Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());
    }

    [Fact]
    public void Replace_the_empty_lists()
    {
        var options = Start("Allow:0", "10.0.0.0/8").GetRequiredService<IOptions<EgressOptions>>().Value;
        Assert.Equal(["10.0.0.0/8"], options.Allow);
    }

    [Fact]
    public void Are_bound_once_however_often_they_are_asked_for()
    {
        var section = new ConfigurationBuilder().AddInMemoryCollection([new("Allow:0", "10.0.0.0/8")]).Build();
        using var services = new ServiceCollection().AddLogging().AddEgress(section).AddEgress(section).BuildServiceProvider();
        Assert.Equal(["10.0.0.0/8"], services.GetRequiredService<IOptions<EgressOptions>>().Value.Allow);
        Assert.Single(services.GetServices<EgressClient>());
    }

    [Fact]
    public void Make_a_client()
    {
        using var services = Start("AllowHttp", "true");
        Assert.NotNull(services.GetRequiredService<EgressClient>());
    }

    private static ServiceProvider Start(string key, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new($"Egress:{key}", value)]).Build();
        return new ServiceCollection().AddLogging().AddEgress(configuration.GetSection("Egress")).BuildServiceProvider();
    }
}
