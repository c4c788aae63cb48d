namespace WebhookVerifier.AspNetCore;

/// <summary>Where, and how long, <see cref="SqlDeduplication"/> remembers.</summary>
public sealed class SqlDeduplicationOptions : DeduplicationOptions
{
    private const int LongestName = 50;

    /// <summary>
    /// The table's name, without a schema: the connection's default schema is used. Default <c>webhook_claims</c>; 1 to 50 of
    /// <c>a-z 0-9 _</c>, starting with a letter. Each sender wants its own.
    /// </summary>
    /// <exception cref="ArgumentException">Another name.</exception>
    public string Table
    {
        get;
        set => field = IsName(value)
            ? value
            : throw new ArgumentException($"Table is 1 to {LongestName} of a-z, 0-9 and '_', starting with a letter.", nameof(value));
    } = "webhook_claims";

    /// <summary>
    /// The statements that create the table, for whoever keeps schema changes elsewhere. The same text runs on SQLite, PostgreSQL and
    /// SQL Server.
    /// </summary>
    public string TableDefinition => new ClaimStatements(Table).CreateTable;

    private static bool IsName(string? name) =>
        name is { Length: >= 1 and <= LongestName }
        && name[0] is >= 'a' and <= 'z'
        && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_');
}
