using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace WebhookVerifier.AspNetCore.Tests.Deduplication;

public class The_statements
{
    private static readonly ClaimStatements Statements = new("webhook_claims");

    public static TheoryData<string> All =>
    [
        Statements.CreateTable, Statements.Probe, Statements.Insert, Statements.Read,
        Statements.TakeOver, Statements.Complete, Statements.Abandon, Statements.Purge,
    ];

    [Theory, MemberData(nameof(All))]
    public void are_in_the_language_of_SQL_Server_too(string sql)
    {
        using var text = new StringReader(sql);
        new TSql160Parser(initialQuotedIdentifiers: true).Parse(text, out var errors);

        Assert.Empty(errors.Select(error => error.Message));
    }

    [Fact]
    public void are_published_for_those_who_create_the_table_themselves() =>
        Assert.Equal(Statements.CreateTable, new SqlDeduplicationOptions().TableDefinition);
}
