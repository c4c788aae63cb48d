using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Storage.Tests.SqlServer;

public sealed partial class The_schema_for_sql_server
{
    [Fact]
    public void Is_a_script_that_it_can_read_and_makes_every_table_of_the_model()
    {
        using var db = new SqlServerDesign().CreateDbContext([]);
        var script = db.GetService<IMigrator>().GenerateScript();
        var tables = new List<string>();

        foreach (var batch in Go().Split(script).Where(batch => !string.IsNullOrWhiteSpace(batch)))
            tables.AddRange(TablesOf(TransactSql.Parse(batch)));

        Assert.Equal(db.Model.GetEntityTypes().Select(e => e.GetTableName()).Append("__EFMigrationsHistory").Order(), tables.Order());
    }

    private static List<string> TablesOf(TSqlFragment sql)
    {
        var visitor = new TableVisitor();
        sql.Accept(visitor);
        return visitor.Tables;
    }

    [GeneratedRegex(@"^GO\s*$", RegexOptions.Multiline)]
    private static partial Regex Go();

    private sealed class TableVisitor : TSqlFragmentVisitor
    {
        public List<string> Tables { get; } = [];

        public override void Visit(CreateTableStatement node) => Tables.Add(node.SchemaObjectName.BaseIdentifier.Value);
    }
}
