using Microsoft.EntityFrameworkCore;
using Storage.Tenants;
using Storage.Tests.Databases;

namespace Storage.Tests.Tenants;

public sealed class The_default_tenant
{
    [Theory, EveryDatabase]
    public async Task Is_made_once_by_eight_that_start_together(On database)
    {
        await using var storage = await TestStorage.OnEmptyAsync(database);
        await storage.Database.MigrateAsync(storage.Stop);

        var made = await Story.TogetherAsync(8, () => storage.Tenants.EnsureDefaultAsync(storage.Stop));

        await using var db = storage.Database.CreateContext();
        var stored = Assert.Single(await db.Tenants.AsNoTracking().ToListAsync(storage.Stop));
        Assert.All(made, tenant =>
        {
            Assert.Equal(stored.Id, tenant.Id);
            Assert.Equal(stored.SigningSecret, tenant.SigningSecret);
        });
        Assert.Equal((TenantStore.DefaultName, TestStorage.Start), (stored.Name, stored.CreatedAt));
    }

    [Theory, EveryDatabase]
    public async Task Signs_with_a_secret_of_thirty_two_bytes_that_only_the_box_can_read(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var tenant = (await storage.Tenants.FindAsync(storage.Tenant, storage.Stop))!;

        var secret = storage.Get<SecretBox>().Open(tenant.SigningSecret);

        Assert.Equal(32, secret.Length);
        Assert.Equal(-1, tenant.SigningSecret.AsSpan().IndexOf(secret));
        Assert.Null(await storage.Tenants.FindAsync(Id<Tenant>.New(TestStorage.Start), storage.Stop));
    }
}
