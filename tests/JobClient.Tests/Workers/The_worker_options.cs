using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Webhooks.Workers;

namespace Webhooks.Tests.Workers;

public sealed class The_worker_options
{
    [Fact]
    public void Need_only_an_address_and_a_key() => Start(_ => { });

    [Fact]
    public void That_are_missing_or_out_of_range_stop_the_start_and_name_the_value()
    {
        Refuses("BaseAddress", o => o.BaseAddress = new Uri("ftp://jobs.example"));
        Refuses("ApiKey", o => o.ApiKey = "two words");
        Refuses("WorkerId", o => o.WorkerId = "");
        Refuses("Version", o => o.Version = new string('1', 101));
        Refuses("Concurrency is 0", o => o.Concurrency = 0);
        Refuses("Lease is 00:00:09", o => o.Lease = TimeSpan.FromSeconds(9));
        Refuses("Lease is 00:00:10.5000000", o => o.Lease = TimeSpan.FromSeconds(10.5));
        Refuses("Timeout is 00:01:01", o => o.Timeout = TimeSpan.FromSeconds(61));
        Refuses("StopGrace is -00:00:01", o => o.StopGrace = TimeSpan.FromSeconds(-1));
    }

    [Fact]
    public void Are_given_once_in_a_process() => Assert.Throws<InvalidOperationException>(() =>
        new ServiceCollection().AddJobWorker(_ => { }).AddJobWorker(_ => { }));

    private static void Refuses(string named, Action<JobWorkerOptions> change)
    {
        var refusal = Assert.Throws<OptionsValidationException>(() => Start(change));
        Assert.Contains(named, Assert.Single(refusal.Failures), StringComparison.Ordinal);
    }

    private static void Start(Action<JobWorkerOptions> change)
    {
        using var services = new ServiceCollection().AddLogging().AddJobWorker(o =>
        {
            (o.BaseAddress, o.ApiKey) = (new Uri("https://jobs.example/base"), "whk_key");
            change(o);
        }).BuildServiceProvider();
        services.GetRequiredService<IStartupValidator>().Validate();
    }
}
