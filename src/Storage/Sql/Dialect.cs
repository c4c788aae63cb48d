using System.Data.Common;
using System.Text.RegularExpressions;

namespace Storage.Sql;

/// <summary>What one database writes differently. Everything else is in the statements themselves.</summary>
internal abstract partial class Dialect
{
    /// <summary>Fills a statement's tokens in.</summary>
    public string Render(Statement statement)
    {
        var sql = TopToken().Replace(statement.Template, match => Top(match.Groups[1].Value));
        sql = LimitToken().Replace(sql, match => Limit(match.Groups[1].Value));
        sql = FewToken().Replace(sql.Replace("{few}", Few, StringComparison.Ordinal), match => FewLimit(match.Groups[1].Value));
        return RenderRows(sql, statement.Shape)
            .Replace("{claim}", ClaimHint, StringComparison.Ordinal)
            .Replace("{for claim}", ForClaim, StringComparison.Ordinal)
            .Replace("{lock}", LockHint, StringComparison.Ordinal)
            .Replace("{for update of j}", ForUpdate, StringComparison.Ordinal)
            .Replace("{key lock}", KeyLockHint, StringComparison.Ordinal)
            .Replace("{or ignore}", OrIgnore, StringComparison.Ordinal)
            .Replace("{database time}", DatabaseTime, StringComparison.Ordinal);
    }

    public abstract object IdValue(Guid id);

    public abstract Guid ReadId(DbDataReader reader, int ordinal);

    /// <summary>Asks for a setting of the database, 1 where it is as we recommend, and says why; null where there is none to ask for.</summary>
    public virtual (PlainStatement Ask, string Why)? Recommended => null;

    protected abstract string RenderRows(string template, IReadOnlyList<(string Name, ColumnKind Kind)> shape);

    protected virtual string Top(string count) => "";

    protected virtual string Limit(string count) => $"LIMIT {count}";

    /// <summary>Begins a page whose length is a column: where the planner must be told that it is short.</summary>
    protected virtual string Few => "";

    protected virtual string FewLimit(string count) => Limit(count);

    protected virtual string ClaimHint => "";

    protected virtual string ForClaim => "";

    protected virtual string LockHint => "";

    protected virtual string ForUpdate => "";

    protected virtual string KeyLockHint => "";

    protected virtual string OrIgnore => "ON CONFLICT DO NOTHING";

    /// <summary>An expression for the database's own time in Unix milliseconds.</summary>
    protected abstract string DatabaseTime { get; }

    [GeneratedRegex(@"\{top:([^}]+)\}")]
    private static partial Regex TopToken();

    [GeneratedRegex(@"\{few limit:([^}]+)\}")]
    private static partial Regex FewToken();

    [GeneratedRegex(@"\{limit:([^}]+)\}")]
    private static partial Regex LimitToken();
}
