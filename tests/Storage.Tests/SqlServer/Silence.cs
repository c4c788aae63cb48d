using System.Data;
using System.Data.Common;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Storage.Tests.SqlServer;

/// <summary>Keeps what Entity Framework would send and answers that there is nothing, so that no server is needed.</summary>
internal sealed partial class Silence : DbCommandInterceptor, IDbConnectionInterceptor
{
    private const int WidestAnswer = 64;

    public List<string> Sent { get; } = [];

    /// <summary>The methods of the storage that have asked, by type and name.</summary>
    public HashSet<(string Type, string Method)> Askers { get; } = [];

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Hear(command);
        return ValueTask.FromResult(InterceptionResult<int>.SuppressWithResult(0));
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Hear(command);
        using var nothing = new DataTable();
        for (var i = 0; i < WidestAnswer; i++)
            nothing.Columns.Add();
        return ValueTask.FromResult(InterceptionResult<DbDataReader>.SuppressWithResult(nothing.CreateDataReader()));
    }

    public ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(InterceptionResult.Suppress());

    /// <summary>Nothing is waited for, so whoever asks is still on the stack.</summary>
    private void Hear(DbCommand command)
    {
        Sent.Add(command.CommandText);
        foreach (var frame in new StackTrace().GetFrames())
            if (frame.GetMethod()?.DeclaringType is { DeclaringType: { Namespace: { } home } store } machine
                && home.StartsWith("Storage", StringComparison.Ordinal) && AsyncMethod().Match(machine.Name) is { Success: true } method)
                Askers.Add((store.Name, method.Groups[1].Value));
    }

    [GeneratedRegex("^<(\\w+)>d__")]
    private static partial Regex AsyncMethod();
}
