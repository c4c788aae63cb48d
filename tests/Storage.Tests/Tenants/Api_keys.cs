using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Storage.Tenants;
using Storage.Tests.Databases;

namespace Storage.Tests.Tenants;

public sealed class Api_keys
{
    [Theory, EveryDatabase]
    public async Task Are_found_by_their_text_which_is_never_stored(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var expiry = TestStorage.Start.AddDays(1);
        var (key, text) = await storage.Tenants.MakeKeyAsync(storage.Tenant, "crawler", Role.Worker, ["a", "b.c"], expiry, storage.Stop);

        var found = (await storage.Tenants.FindKeyAsync(text, storage.Stop))!;

        Assert.Matches("^whk_[0-9a-f]{64}$", text);
        Assert.Equal(
            (key.Id, storage.Tenant, "crawler", Role.Worker, "a b.c", expiry),
            (found.Id, found.TenantId, found.Name, found.Role, found.Types, found.ExpiresAt));
        Assert.Equal(Story.Hash(text), found.Hash);
        Assert.DoesNotContain(text[4..], JsonSerializer.Serialize(found), StringComparison.Ordinal);
        Assert.Null(await storage.Tenants.FindKeyAsync(text[..^1], storage.Stop));
        Assert.Null(await storage.Tenants.FindKeyAsync(text.ToUpperInvariant(), storage.Stop));
    }

    [Theory, EveryDatabase]
    public async Task Are_good_until_they_expire_or_are_revoked(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var (key, text) = await storage.Tenants.MakeKeyAsync(storage.Tenant, "a", Role.Client, null, TestStorage.Start.AddSeconds(2), storage.Stop);
        Assert.True(key.IsGood(TestStorage.Start.AddSeconds(1)));
        Assert.False(key.IsGood(TestStorage.Start.AddSeconds(2)));

        storage.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await storage.Tenants.RevokeKeyAsync(Id<Tenant>.New(TestStorage.Start), key.Id, storage.Stop));
        await storage.Tenants.RevokeKeyAsync(storage.Tenant, key.Id, storage.Stop);
        storage.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TestStorage.Start.AddSeconds(1), (await storage.Tenants.RevokeKeyAsync(storage.Tenant, key.Id, storage.Stop))!.RevokedAt);

        Assert.False((await storage.Tenants.FindKeyAsync(text, storage.Stop))!.IsGood(TestStorage.Start));
    }

    [Theory, EveryDatabase]
    public async Task Are_listed_newest_first_in_pages_for_their_tenant_alone(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var names = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            names.Insert(0, $"key {i}");
            await storage.Tenants.MakeKeyAsync(storage.Tenant, names[0], Role.Client, null, null, storage.Stop);
            storage.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        var first = await storage.Tenants.ListKeysAsync(storage.Tenant, null, 2, storage.Stop);
        var rest = await storage.Tenants.ListKeysAsync(storage.Tenant, first[^1].Id, 10, storage.Stop);

        Assert.Equal(names, first.Concat(rest).Select(k => k.Name));
        Assert.Empty(await storage.Tenants.ListKeysAsync(Id<Tenant>.New(TestStorage.Start), null, 10, storage.Stop));
        Assert.Null(await storage.Tenants.FindKeyAsync(Id<Tenant>.New(TestStorage.Start), first[0].Id, storage.Stop));
        Assert.NotNull(await storage.Tenants.FindKeyAsync(storage.Tenant, first[0].Id, storage.Stop));
    }

    [Theory, EveryDatabase]
    public async Task From_the_configuration_replace_the_one_before(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        Assert.False(await storage.Tenants.HasAdminKeyAsync(storage.Tenant, storage.Stop));
        var (other, _) = await storage.Tenants.MakeKeyAsync(storage.Tenant, "other", Role.Admin, null, null, storage.Stop);

        await storage.Tenants.EnsureBootstrapKeyAsync(storage.Tenant, "the first key, as configured", storage.Stop);
        Assert.Equal((true, false), await AreGoodAsync());
        await storage.Tenants.EnsureBootstrapKeyAsync(storage.Tenant, "the second key, as configured", storage.Stop);
        Assert.Equal((false, true), await AreGoodAsync());
        await storage.Tenants.EnsureBootstrapKeyAsync(storage.Tenant, "the first key, as configured", storage.Stop);
        Assert.Equal((true, false), await AreGoodAsync());

        Assert.True(await storage.Tenants.HasAdminKeyAsync(storage.Tenant, storage.Stop));
        Assert.Null((await storage.Tenants.FindKeyAsync(storage.Tenant, other.Id, storage.Stop))!.RevokedAt);

        async Task<(bool First, bool Second)> AreGoodAsync() => (await IsGoodAsync("first"), await IsGoodAsync("second"));

        async Task<bool> IsGoodAsync(string which)
        {
            var key = await storage.Tenants.FindKeyAsync($"the {which} key, as configured", storage.Stop);
            return key is { Role: Role.Admin } && key.IsGood(TestStorage.Start);
        }
    }

    [Theory, EveryDatabase]
    public async Task From_the_configuration_are_made_once_by_eight_that_start_together(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);

        await Story.TogetherAsync(8, () => storage.Tenants.EnsureBootstrapKeyAsync(storage.Tenant, "the first key, as configured", storage.Stop));

        await using var db = storage.Database.CreateContext();
        Assert.Null(Assert.Single(await db.ApiKeys.AsNoTracking().ToListAsync(storage.Stop)).RevokedAt);
    }

    [Fact]
    public async Task Are_not_in_the_file()
    {
        await using var storage = await TestStorage.OnAsync(On.Sqlite);
        var (_, text) = await storage.Tenants.MakeKeyAsync(storage.Tenant, "canary", Role.Client, null, null, storage.Stop);

        var bytes = new[] { storage.File, storage.File + "-wal" }.SelectMany(ReadShared).ToArray().AsSpan();

        Assert.NotEqual(-1, bytes.IndexOf("canary"u8));
        Assert.Equal(-1, bytes.IndexOf(Encoding.ASCII.GetBytes(text[4..])));
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        file.CopyTo(copy);
        return copy.ToArray();
    }
}
