using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Storage.Tenants;
using Storage.Tests.Databases;

namespace Storage.Tests.Tenants;

public sealed class Signing_keys
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Theory, EveryDatabase]
    public async Task Begin_with_the_secret_that_the_tenant_was_made_with(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);

        var original = Assert.Single(await ListAsync(storage));

        Assert.Equal((await TenantAsync(storage)).SigningSecret, original.Sealed);
        Assert.Equal((SigningScheme.V1, null, TestStorage.Start), (original.Scheme, original.ExpiresAt, original.CreatedAt));
        Assert.Empty(await storage.Get<SigningKeyStore>().ListAsync(Id<Tenant>.New(TestStorage.Start), storage.Stop));
    }

    [Theory, EveryDatabase]
    public async Task Sign_along_until_their_overlap_ends_also_when_rotated_again_meanwhile(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var first = Assert.Single(await ListAsync(storage));

        var second = await RotateAsync(storage, 2);
        storage.Clock.Advance(TimeSpan.FromHours(1));
        var third = await RotateAsync(storage, 3);

        var start = TestStorage.Start;
        Assert.Equal(
            [(third.Id, null), (second.Id, start.AddHours(1) + Day), (first.Id, start + Day)],
            (await ListAsync(storage)).Select(key => (key.Id, key.ExpiresAt)));
        storage.Clock.Advance(Day - TimeSpan.FromHours(1));
        Assert.Equal([third.Id, second.Id], await ActiveAsync(storage));
        storage.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal([third.Id], await ActiveAsync(storage));
    }

    [Theory, EveryDatabase]
    public async Task Leave_the_newest_secret_where_processes_of_the_older_version_look_for_it(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);

        await RotateAsync(storage, 2);
        await RotateAsync(storage, 3);
        await RotateAsync(storage, 4, SigningScheme.V1a);

        Assert.Equal([3], (await TenantAsync(storage)).SigningSecret);
    }

    [Theory, EveryDatabase]
    public async Task Of_a_database_of_the_first_version_go_on_signing(On database)
    {
        await using var storage = await TestStorage.OnEmptyAsync(database);
        await using (var db = storage.Database.CreateContext())
        {
            await db.GetService<IMigrator>().MigrateAsync("00000000000001_Initial", storage.Stop);
            db.Tenants.Add(new Tenant { Id = storage.Tenant, Name = "default", SigningSecret = [1], CreatedAt = TestStorage.Start });
            await db.SaveChangesAsync(storage.Stop);
        }

        await storage.Database.MigrateAsync(storage.Stop);
        Assert.Equal([1], Assert.Single(await ListAsync(storage)).Sealed);
        await RotateAsync(storage, 2);

        Assert.Equal([[2], [1]], (await ListAsync(storage)).Select(key => key.Sealed));
    }

    [Theory, EveryDatabase]
    public async Task Of_public_keys_come_next_to_the_secrets_and_have_an_overlap_of_their_own(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var secret = Assert.Single(await ListAsync(storage));

        var first = await RotateAsync(storage, 2, SigningScheme.V1a);
        var second = await RotateAsync(storage, 3, SigningScheme.V1a);

        Assert.Equal(
            [(secret.Id, null, null), (first.Id, "whpk_2", TestStorage.Start + Day), (second.Id, "whpk_3", null)],
            (await ListAsync(storage)).Select(key => (key.Id, key.PublicKey, key.ExpiresAt)).OrderBy(key => key.PublicKey));
    }

    [Theory, EveryDatabase]
    public async Task Are_ten_at_the_most_and_none_is_lost_in_the_refusal(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        for (byte i = 1; i < SigningKeyStore.Most; i++)
            await RotateAsync(storage, i, i % 2 == 0 ? SigningScheme.V1 : SigningScheme.V1a);
        var before = await ActiveAsync(storage);

        var refused = await storage.Get<SigningKeyStore>().RotateAsync(storage.Tenant, SigningScheme.V1, [99], null, Day, storage.Stop);

        Assert.IsType<Rotation.TooMany>(refused);
        Assert.Equal(SigningKeyStore.Most, before.Count);
        Assert.Equal(before, await ActiveAsync(storage));
        storage.Clock.Advance(Day);
        await RotateAsync(storage, 100);
    }

    [Theory, EveryDatabase]
    public async Task Are_all_kept_when_they_are_rotated_by_several_at_once(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);

        var made = await Story.TogetherAsync(8, () => RotateAsync(storage, 7));

        var keys = await ListAsync(storage);
        Assert.Equal(9, keys.Count);
        Assert.Empty(made.Select(key => key.Id).Except(keys.Select(key => key.Id)));
        Assert.Single(keys, key => key.ExpiresAt is null);
    }

    [Theory, EveryDatabase]
    public async Task Are_retired_at_once_but_for_the_newest_secret(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        var (store, leaked) = (storage.Get<SigningKeyStore>(), Assert.Single(await ListAsync(storage)));
        Assert.IsType<Rotation.StillNeeded>(await store.RetireAsync(storage.Tenant, leaked.Id, storage.Stop));
        var newest = await RotateAsync(storage, 2);
        var open = await RotateAsync(storage, 3, SigningScheme.V1a);

        var retired = Assert.IsType<Rotation.Retired>(await store.RetireAsync(storage.Tenant, leaked.Id, storage.Stop));
        Assert.IsType<Rotation.Retired>(await store.RetireAsync(storage.Tenant, open.Id, storage.Stop));

        Assert.False(retired.Key.SignsAt(storage.Clock.GetUtcNow()));
        Assert.Equal([newest.Id], await ActiveAsync(storage));
        Assert.IsType<Rotation.NoSuchKey>(await store.RetireAsync(storage.Tenant, leaked.Id, storage.Stop));
        Assert.IsType<Rotation.NoSuchKey>(await store.RetireAsync(Id<Tenant>.New(TestStorage.Start), newest.Id, storage.Stop));
    }

    [Theory, EveryDatabase]
    public async Task Leave_the_database_a_day_after_their_end(On database)
    {
        await using var storage = await TestStorage.OnAsync(database);
        await RotateAsync(storage, 2);
        var store = storage.Get<SigningKeyStore>();

        storage.Clock.Advance(Day + Day);
        await store.ForgetEndedAsync(storage.Stop);
        Assert.Equal(2, (await ListAsync(storage)).Count);
        storage.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await store.ForgetEndedAsync(storage.Stop);

        Assert.Equal([2], Assert.Single(await ListAsync(storage)).Sealed);
    }

    private static async Task<SigningKey> RotateAsync(TestStorage storage, byte secret, SigningScheme scheme = SigningScheme.V1) =>
        Assert.IsType<Rotation.Made>(await storage.Get<SigningKeyStore>().RotateAsync(
            storage.Tenant, scheme, [secret], scheme == SigningScheme.V1a ? $"whpk_{secret}" : null, Day, storage.Stop)).Key;

    private static Task<List<SigningKey>> ListAsync(TestStorage storage) => storage.Get<SigningKeyStore>().ListAsync(storage.Tenant, storage.Stop);

    private static async Task<List<Id<SigningKey>>> ActiveAsync(TestStorage storage) =>
        [.. (await ListAsync(storage)).Where(key => key.SignsAt(storage.Clock.GetUtcNow())).Select(key => key.Id)];

    private static async Task<Tenant> TenantAsync(TestStorage storage) =>
        (await storage.Tenants.FindAsync(storage.Tenant, storage.Stop))!;
}
