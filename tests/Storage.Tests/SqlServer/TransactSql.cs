using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Storage.Tests.SqlServer;

/// <summary>Reads SQL as SQL Server 2022 does.</summary>
internal static class TransactSql
{
    public static TSqlFragment Parse(string sql)
    {
        using var reader = new StringReader(sql);
        var parsed = new TSql160Parser(initialQuotedIdentifiers: true).Parse(reader, out var errors);
        Assert.True(errors.Count == 0, $"{string.Join('\n', errors.Select(e => $"line {e.Line}: {e.Message}"))}\n\n{sql}");
        return parsed;
    }

    /// <summary>Column names that could mean another table's column, and what no statement may contain.</summary>
    public static IReadOnlyList<string> Faults(TSqlFragment sql)
    {
        var visitor = new Visitor();
        sql.Accept(visitor);
        return visitor.Faults;
    }

    private sealed class Visitor : TSqlFragmentVisitor
    {
        private readonly HashSet<TSqlFragment> _targets = [];

        public List<string> Faults { get; } = [];

        public override void ExplicitVisit(InsertSpecification node)
        {
            _targets.UnionWith(node.Columns);
            base.ExplicitVisit(node);
        }

        public override void ExplicitVisit(AssignmentSetClause node)
        {
            _targets.Add(node.Column);
            base.ExplicitVisit(node);
        }

        public override void Visit(ColumnReferenceExpression node)
        {
            if (!_targets.Contains(node) && node.MultiPartIdentifier is not { Count: > 1 })
                Faults.Add($"column without its table: {node.MultiPartIdentifier?.Identifiers[0].Value ?? node.ColumnType.ToString()}");
        }

        public override void Visit(SelectStarExpression node)
        {
            if (node.Qualifier is null)
                Faults.Add("a bare *");
        }

        public override void Visit(MergeSpecification node) => Faults.Add("MERGE");
    }
}
