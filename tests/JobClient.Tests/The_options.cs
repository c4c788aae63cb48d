using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Webhooks.Client;

namespace Webhooks.Tests;

public sealed class The_options
{
    [Fact]
    public void Need_only_an_address_and_a_key() => Start(_ => { });

    [Fact]
    public void Without_an_address_stop_the_start() => Refuses("BaseAddress", options => options.BaseAddress = null);

    [Theory]
    [InlineData("ftp://jobs.example")]
    [InlineData("https://user:password@jobs.example")]
    [InlineData("https://jobs.example?a=b")]
    [InlineData("/etc/passwd")]
    public void With_an_address_of_another_kind_stop_the_start(string address) => Refuses("BaseAddress", options => options.BaseAddress = new Uri(address));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("line\r\nbreak")]
    [InlineData("schlüssel")]
    public void With_a_key_that_no_header_can_carry_stop_the_start(string? key) => Refuses("ApiKey", options => options.ApiKey = key);

    [Fact]
    public void Out_of_range_stop_the_start_and_name_the_value()
    {
        Refuses("Retries is 11", options => options.Retries = 11);
        Refuses("RetryDelay is 00:01:01", options => options.RetryDelay = TimeSpan.FromSeconds(61));
        Refuses("Timeout is 00:00:00", options => options.Timeout = TimeSpan.Zero);
        Refuses("LongPoll is 00:01:01", options => options.LongPoll = TimeSpan.FromSeconds(61));
    }

    private static void Refuses(string named, Action<JobClientOptions> change)
    {
        var refusal = Assert.Throws<OptionsValidationException>(() => Start(change));
        Assert.Contains(named, refusal.Message);
        Assert.DoesNotContain("schlüssel", refusal.Message);
    }

    private static void Start(Action<JobClientOptions> change)
    {
        var services = new ServiceCollection();
        services.AddJobClient(options =>
        {
            options.BaseAddress = new Uri("https://jobs.example/");
            options.ApiKey = Service.Key;
            change(options);
        });
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
        Assert.Same(provider.GetRequiredService<JobClient>(), provider.GetRequiredService<JobClient>());
    }
}
