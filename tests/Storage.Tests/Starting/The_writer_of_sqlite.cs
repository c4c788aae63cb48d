using Storage.Sql;
using Storage.Tests.Databases;

namespace Storage.Tests.Starting;

public sealed class The_writer_of_sqlite
{
    [Fact]
    public async Task Refuses_work_that_waits_for_anything_but_the_database_and_goes_on()
    {
        await using var storage = await TestStorage.OnAsync(On.Sqlite);
        var never = new TaskCompletionSource<int>();

        await Assert.ThrowsAsync<InvalidOperationException>(() => storage.Database.WriteAsync(_ => never.Task, storage.Stop));

        Assert.NotEmpty((await storage.SubmitAsync()).Type);
    }

    [Fact]
    public async Task Takes_back_what_failed_half_way()
    {
        await using var storage = await TestStorage.OnAsync(On.Sqlite);
        var job = await storage.SubmitAsync();
        var before = await storage.PictureAsync(job.Id);

        await Assert.ThrowsAsync<InvalidDataException>(() => storage.Database.WriteAsync<int>(
            session =>
            {
                session.Write(Cancel);
                throw new InvalidDataException();
            },
            storage.Stop));

        Assert.Equal(before, await storage.PictureAsync(job.Id));
    }

    private static readonly PlainStatement Cancel = new("UPDATE Jobs SET Status = 4");
}
