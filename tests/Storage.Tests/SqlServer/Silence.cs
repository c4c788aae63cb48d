using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Storage.Tests.SqlServer;

/// <summary>Keeps what Entity Framework would send and answers that there is nothing, so that no server is needed.</summary>
internal sealed class Silence : DbCommandInterceptor, IDbConnectionInterceptor
{
    private const int WidestAnswer = 64;

    public List<string> Sent { get; } = [];

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Sent.Add(command.CommandText);
        using var nothing = new DataTable();
        for (var i = 0; i < WidestAnswer; i++)
            nothing.Columns.Add();
        return ValueTask.FromResult(InterceptionResult<DbDataReader>.SuppressWithResult(nothing.CreateDataReader()));
    }

    public ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(InterceptionResult.Suppress());
}
