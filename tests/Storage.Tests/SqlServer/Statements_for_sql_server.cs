using System.Text.RegularExpressions;
using Storage.Sql;
using Storage.SqlServer;
using Storage.Tests.Statements;

namespace Storage.Tests.SqlServer;

public sealed class Statements_for_sql_server
{
    private const int Fewest = 95;

    [Fact]
    public void Are_well_formed_qualify_every_column_and_never_merge()
    {
        var dialect = new SqlServerDialect();

        foreach (var (name, statement) in Catalogue.All)
        {
            var sql = dialect.Render(statement);
            Assert.DoesNotContain('{', sql);
            Assert.Equal((name, ""), (name, string.Join(", ", TransactSql.Faults(TransactSql.Parse(sql)))));
        }
    }

    [Fact]
    public void Are_well_formed_where_they_ask_for_a_setting()
    {
        var dialect = new SqlServerDialect();

        Assert.Empty(TransactSql.Faults(TransactSql.Parse(dialect.Render(dialect.Recommended!.Value.Ask))));
    }

    /// <summary>A column that is compared with a value of type max is read from end to end, and its key range is locked so.</summary>
    [Fact]
    public void Look_rows_up_by_values_of_the_types_that_indexes_have()
    {
        var dialect = new SqlServerDialect();
        var columns = Catalogue.All.SelectMany(found => found.Statement.Shape
            .Where(c => c.Kind is ColumnKind.Text or ColumnKind.Bytes && Compares(found.Statement.Template, c.Name))
            .Select(c => $"{found.Name}: {c.Name}"));

        Assert.Empty(columns);
        Assert.Contains("IdempotencyHash char(64)", dialect.Render(Catalogue.All.Single(s => s.Name == "JobStatements.FindByKey").Statement), StringComparison.Ordinal);

        static bool Compares(string template, string column) =>
            Regex.IsMatch(template, $@"[jkcdxgJ]\w*\.{column} = r\.{column}\b") && !Regex.IsMatch(template, $@"SET [^;]*\b{column} = r\.{column}\b.*FROM");
    }

    [Fact]
    public void Are_all_looked_at() => Assert.True(Catalogue.All.Count >= Fewest, $"only {Catalogue.All.Count} found");

    [Theory]
    [InlineData("SELECT a.x, y FROM a, b")]
    [InlineData("SELECT * FROM a")]
    [InlineData("UPDATE a SET x = y FROM b WHERE a.i = b.i")]
    [InlineData("DELETE FROM a WHERE x = 1")]
    [InlineData("INSERT INTO a (x) SELECT x FROM b")]
    [InlineData("MERGE a USING b ON a.i = b.i WHEN MATCHED THEN DELETE;")]
    public void Would_be_faulted(string sql) => Assert.NotEmpty(TransactSql.Faults(TransactSql.Parse(sql)));
}
