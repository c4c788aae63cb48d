using Npgsql;
using Storage.Sql;
using Storage.Tests.Databases;

namespace Storage.Tests.Plans;

/// <summary>Values for the parameters of any statement: pages of twenty-five rows whose ids are of rows that are there.</summary>
internal sealed class Samples
{
    private const int Page = 25;
    private static readonly long Now = TestStorage.Start.ToUnixTimeMilliseconds();

    private readonly string _ids;

    private Samples(IEnumerable<Guid> ids) => _ids = string.Join(',', ids);

    public static async Task<Samples> ReadAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("SELECT id FROM deliveries ORDER BY createdat LIMIT 25", connection);
        await using var reader = await command.ExecuteReaderAsync(stop);
        var ids = new List<Guid>();
        while (await reader.ReadAsync(stop))
            ids.Add(reader.GetGuid(0));
        Assert.Equal(Page, ids.Count);
        return new(ids);
    }

    /// <summary>The type and a literal for <c>@now</c> or, for a column of the page, <c>@rDueAt</c>.</summary>
    public (string Type, string Literal) Of(string parameter, Statement statement)
    {
        foreach (var (name, kind) in statement.Shape)
            if (parameter == "@r" + name)
                return PageOf(kind);
        return parameter switch
        {
            "@max" => ("int", "25"),
            "@after" => ("int", "1"),
            "@now" or "@soon" or "@next" => ("bigint", $"{Now}"),
            "@receiver" or "@job" or "@behind" => ("uuid", $"'{_ids[..36]}'"),
            "@from" => ("uuid", $"'{Now - 3_600_000:x12}00000000000000000000'"),
            "@to" => ("uuid", $"'{Now:x12}00000000000000000000'"),
            "@status" or "@event" => ("int", "2"),
            "@reason" => ("text", "'gone'"),
            "@hash" => ("bytea", @"'\x00'"),
            "@before" or "@parked" or "@reached" => ("bigint", $"{Now - TimeSpan.FromDays(30).TotalMilliseconds}"),
            "@name" => ("text", "'retention'"),
            "@type" => ("text", "'type-1'"),
            "@id" or "@tenant" => ("uuid", $"'{_ids[..36]}'"),
            "@never" => ("bigint", "253402300799999"),
            "@kept" => ("bigint", $"{Now - TimeSpan.FromDays(1).TotalMilliseconds}"),
            "@failed" => ("bigint", $"{Now - TimeSpan.FromDays(30).TotalMilliseconds}"),
            "@since" => ("uuid", $"'{Now - 60_000:x12}00000000000000000000'"),
            _ => throw new NotSupportedException($"{parameter} needs a sample."),
        };
    }

    private (string Type, string Literal) PageOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Id => ("uuid[]", $"'{{{_ids}}}'"),
        ColumnKind.Int => ("int[]", Repeat("1")),
        ColumnKind.Long => ("bigint[]", Repeat($"{Now}")),
        ColumnKind.Double => ("float8[]", Repeat("0.5")),
        ColumnKind.Text or ColumnKind.Name => ("text[]", Repeat("type-1")),
        _ => ("bytea[]", Repeat(@"""\\x00""")),
    };

    private static string Repeat(string value) => $"'{{{string.Join(',', Enumerable.Repeat(value, Page))}}}'";
}
