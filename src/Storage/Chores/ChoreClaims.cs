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
        Col.Id<Chore, Chore>("Id", c => c.Id), Col.Name<Chore>("Name", c => c.Name), Col.Time<Chore>("DueAt", c => c.DueAt));

    private static readonly PlainStatement Due = new(
        "SELECT j.DueAt FROM Chores AS j {lock} WHERE j.Name = @name AND j.DueAt <= @soon {for update of j}");

    private static readonly PlainStatement Take = new(
        "UPDATE Chores SET DueAt = @next, Fence = Chores.Fence + 1 WHERE Chores.Name = @name AND Chores.DueAt <= @soon");

    /// <summary>
    /// Answers, to the one caller that may run the chore now, when this tick was due, which may be long ago if nobody ran; null to all others.
    /// The next tick is due after <paramref name="every"/>, and a tenth of that sooner is not too soon: a beat that comes a moment earlier after its
    /// tick than the one before did would be lost, and the chore be late by a whole one.
    /// </summary>
    public Task<DateTimeOffset?> TakeAsync(string name, TimeSpan every, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var soon = now + every / 10;
        var chore = new Chore { Id = Id<Chore>.New(now), Name = name, DueAt = now };
        return database.WriteAsync<DateTimeOffset?>(
            async session =>
            {
                session.Write(Ensure, [chore]);
                var due = await session.ReadAsync(Due, row => row.Time(), [("name", name), ("soon", soon)], stop);
                if (due.Count == 0)
                    return null;
                session.Write(Take, ("next", now + every), ("name", name), ("soon", soon));
                return due[0];
            },
            stop);
    }
}
