using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Storage.Sql;
using Storage.Sqlite;
using Storage.Tests.Databases;
using Storage.Tests.Statements;

namespace Storage.Tests.Plans;

public sealed class Plans_of_sqlite
{
    [Fact]
    public async Task Never_scan_a_table()
    {
        await using var storage = await TestStorage.OnAsync(On.Sqlite);
        await using var db = storage.Database.CreateContext();
        await db.Database.OpenConnectionAsync(storage.Stop);
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        var dialect = new SqliteDialect();

        var scans = new List<string>();
        foreach (var (name, statement) in Catalogue.All)
            scans.AddRange(PlanOf(connection, dialect.Render(statement)).Where(IsScan).Select(step => $"{name}: {step}"));

        Assert.True(scans.Count == 0, string.Join('\n', scans));
    }

    /// <summary>
    /// A table or index from one end to the other; not the one row of <c>SELECT 1</c>, nor an inner query's answer, nor the tenants, who are few.
    /// </summary>
    private static bool IsScan(string step) =>
        step.StartsWith("SCAN", StringComparison.Ordinal) && step is not ("SCAN CONSTANT ROW" or "SCAN p") && !step.StartsWith("SCAN t ", StringComparison.Ordinal);

    private static List<string> PlanOf(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN {sql}";
        foreach (var name in Parameters.In(sql))
            command.Parameters.AddWithValue(name, 1);
        using var reader = command.ExecuteReader();
        var steps = new List<string>();
        while (reader.Read())
            steps.Add(reader.GetString(3));
        return steps;
    }
}
