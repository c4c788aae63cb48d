namespace WebhookVerifier.AspNetCore;

/// <summary>
/// The SQL of <see cref="SqlDeduplication"/>: only what SQLite, PostgreSQL and SQL Server all take. The key is a hash of the id in
/// lower-case
/// hexadecimal, because ids differ by case and a SQL Server collation may not; the id itself stands beside it for people.
/// Times are milliseconds since 1970.
/// </summary>
internal sealed class ClaimStatements(string table)
{
    internal string CreateTable { get; } = $"""
        CREATE TABLE {table} (
          claim_key varchar(64) NOT NULL PRIMARY KEY,
          webhook_id varchar(256) NOT NULL,
          claim_token varchar(32) NOT NULL,
          finished smallint NOT NULL,
          expires_at bigint NOT NULL
        );
        CREATE INDEX ix_{table}_expires_at ON {table} (expires_at);
        """;

    internal string Probe { get; } = $"SELECT COUNT(*) FROM {table} WHERE {table}.expires_at < 0";

    // NOT EXISTS keeps the usual repeat from being an error; the primary key decides the race that remains.
    internal string Insert { get; } = $"""
        INSERT INTO {table} (claim_key, webhook_id, claim_token, finished, expires_at)
        SELECT @key, @id, @token, 0, @expires
        WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE {table}.claim_key = @key)
        """;

    internal string Read { get; } =
        $"SELECT {table}.claim_token, {table}.finished, {table}.expires_at FROM {table} WHERE {table}.claim_key = @key";

    internal string TakeOver { get; } = $"""
        UPDATE {table} SET claim_token = @token, finished = 0, expires_at = @expires
        WHERE {table}.claim_key = @key AND {table}.claim_token = @previous AND {table}.expires_at <= @now
        """;

    internal string Complete { get; } = $"""
        UPDATE {table} SET finished = 1, expires_at = @expires
        WHERE {table}.claim_key = @key AND {table}.claim_token = @token
        """;

    internal string Abandon { get; } =
        $"DELETE FROM {table} WHERE {table}.claim_key = @key AND {table}.claim_token = @token AND {table}.finished = 0";

    // A lapsed claim stays longer than it counts, so that a late finisher can still complete it.
    internal string Purge { get; } =
        $"DELETE FROM {table} WHERE {table}.expires_at <= @now AND ({table}.finished = 1 OR {table}.expires_at <= @abandoned)";
}
