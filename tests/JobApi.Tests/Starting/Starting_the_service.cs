using System.Text;
using JobApi.Access;
using JobApi.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Storage.Tenants;

namespace JobApi.Tests.Starting;

public sealed class Starting_the_service
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Security:BootstrapKey", "short")]
    [InlineData("Security:BootstrapKey", "with white space in it, long enough")]
    [InlineData("Security:BootstrapKey", "not-only-ascii-but-long-énough")]
    [InlineData("Jobs:HandlerConcurrency", "0")]
    [InlineData("Jobs:Lease", "00:00:09")]
    [InlineData("Jobs:Lease", "01:00:01")]
    [InlineData("Jobs:RetryFirst", "-00:00:01")]
    [InlineData("Jobs:StopGrace", "01:00:00")]
    [InlineData("Api:PublicUrl", "jobs.example.com")]
    [InlineData("Retention:Succeeded", "-00:00:01")]
    [InlineData("Retention:Parked", "3650.00:00:01")]
    [InlineData("Retention:Delivered", "00:00:59")]
    [InlineData("Retention:Attempts", "00:00:00")]
    public async Task fails_with_a_sentence_that_names_the_setting(string setting, string value)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => Service.StartAsync(_ => { }, (setting, value)));

        Assert.Contains(setting, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value.Length > 8 && setting.StartsWith("Security", StringComparison.Ordinal) ? value : "\0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task makes_links_absolute_where_it_knows_its_public_url()
    {
        await using var service = await Service.StartAsync(_ => { }, ("Api:PublicUrl", "https://jobs.example.com/api/"));

        var answer = await service.PostAsync("/jobs", """{"type":"a"}""");

        Assert.Equal($"https://jobs.example.com/api/jobs/{answer.Text("id")}", answer.Text("status_url"));
        Assert.Equal(answer.Text("status_url"), answer.Header("Location"));
    }

    [Fact]
    public async Task keeps_callbacks_away_from_its_own_public_name()
    {
        await using var service = await Service.StartAsync(_ => { }, ("Api:PublicUrl", "https://Jobs.Example.com/api/"), ("Egress:OwnHosts:0", "dashboard.example.com"));

        foreach (var host in (string[])["jobs.example.com", "JOBS.example.com.", "jobs.example.com:8443", "dashboard.example.com"])
            (await service.PostAsync("/jobs", $$"""{"type":"a","callback_url":"https://{{host}}/jobs"}""")).MustRefuse(422, "host_not_allowed");
        Assert.Equal(202, (await service.PostAsync("/jobs", """{"type":"a","callback_url":"https://hooks.example.com/jobs"}""")).Status);
    }

    [Fact]
    public async Task without_a_key_makes_one_and_prints_it_once_with_the_signing_secret()
    {
        await using var service = await Service.StartAsync(_ => { });
        await RevokeAllAsync(service);
        var console = new StringWriter();
        var first = new FirstKey(service.Get<TenantStore>(), service.Get<SecretBox>(), Options.Create(new SecurityOptions()));

        await first.EnsureAsync(console, Stop);
        await first.EnsureAsync(console, Stop);

        var lines = console.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var key = Assert.Single(lines, line => line.Contains("Admin API key", StringComparison.Ordinal)).Split(' ')[^1].Trim();
        Assert.Single(lines, line => line.Contains("whsec_", StringComparison.Ordinal));
        Assert.StartsWith("whk_", key, StringComparison.Ordinal);
        Assert.Equal(200, (await service.GetAsync("/keys", key)).Status);
    }

    [Fact]
    public async Task with_another_key_makes_the_earlier_one_invalid()
    {
        await using var service = await Service.StartAsync(_ => { });
        const string next = "another-key-for-administration";
        var first = new FirstKey(service.Get<TenantStore>(), service.Get<SecretBox>(), Options.Create(new SecurityOptions { BootstrapKey = next }));

        await first.EnsureAsync(TextWriter.Null, Stop);

        Assert.Equal(200, (await service.GetAsync("/keys", next)).Status);
        Assert.Equal(401, (await service.GetAsync("/keys")).Status);
    }

    [Theory]
    [InlineData("Scripted")]
    [InlineData("")]
    [InlineData("a b")]
    public void refuses_a_handler_of_a_malformed_type(string type) =>
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddJobHandler<Handlers.TypedHandler>(type));

    [Fact]
    public void refuses_a_handler_that_handles_nothing() =>
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddJobHandler<StringBuilder>("text"));

    private static async Task RevokeAllAsync(Service service)
    {
        var tenants = service.Get<TenantStore>();
        foreach (var key in await tenants.ListKeysAsync(TenantStore.DefaultId, null, 10, Stop))
            await tenants.RevokeKeyAsync(TenantStore.DefaultId, key.Id, Stop);
    }
}
