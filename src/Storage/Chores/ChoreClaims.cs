using Storage.Sql;

namespace Storage.Chores;

/// <summary>Gives a recurring chore to one process per tick, however many processes there are.</summary>
internal sealed class ChoreClaims(Database database, TimeProvider clock)
{
    private static readonly Statement<Chore> Ensure = new(
        """
        INSERT INTO Chores (Id, Name, DueAt, Fence) SELECT r.Id, r.Name, r.DueAt, 0 FROM {rows} r
        WHERE NOT EXISTS (SELECT 1 FROM Chores AS k {key lock} WHERE k.Name = r.Name)
        {or ignore}
        """,
        Col.Id<Chore, Chore>("Id", c => c.Id), Col.Text<Chore>("Name", c => c.Name), Col.Time<Chore>("DueAt", c => c.DueAt));

    private static readonly PlainStatement Take = new(
        "UPDATE Chores SET DueAt = @next, Fence = Chores.Fence + 1 WHERE Chores.Name = @name AND Chores.DueAt <= @now");

    /// <summary>True for the one caller that may run the chore now; the next tick is due after <paramref name="every"/>.</summary>
    public Task<bool> TakeAsync(string name, TimeSpan every, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var chore = new Chore { Id = Id<Chore>.New(now), Name = name, DueAt = now };
        return database.WriteAsync(
            async session =>
            {
                session.Write(Ensure, [chore]);
                await session.FlushAsync(stop);
                session.Write(Take, ("next", now + every), ("name", name), ("now", now));
                return await session.FlushAsync(stop) == 1;
            },
            stop);
    }
}
