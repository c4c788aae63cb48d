using Storage;
using Storage.Sql;
using Storage.Tenants;

namespace JobApi.Tests;

/// <summary>A tenant beside the default one, with an admin key of its own.</summary>
internal sealed record SecondTenant(Id<Tenant> Id, string Key)
{
    public static async Task<SecondTenant> MakeAsync(Service service)
    {
        var stop = TestContext.Current.CancellationToken;
        var id = Id<Tenant>.New(service.Clock.GetUtcNow());
        await using var db = service.Get<Database>().CreateContext();
        db.Tenants.Add(new Tenant { Id = id, Name = "second", SigningSecret = service.Get<SecretBox>().Seal(new byte[32]), CreatedAt = service.Clock.GetUtcNow() });
        await db.SaveChangesAsync(stop);
        var (_, text) = await service.Get<TenantStore>().MakeKeyAsync(id, "theirs", Role.Admin, null, null, stop);
        return new(id, text);
    }
}
