using Microsoft.Extensions.Logging;
using Storage.Sql;

namespace Storage.Deliveries;

/// <summary>Writes wakes when <see cref="Wakes"/> says that they may be written: with the commit, or after it.</summary>
internal sealed partial class Waker(Database database, TimeProvider clock, Bells bells, ILogger<Waker> logger)
{
    /// <summary>The transaction's last statements, where transactions run one by one.</summary>
    public void WakeWithin(SqlSession session, Wakes wakes)
    {
        if (database.WritesOneByOne)
            wakes.Write(session, clock.GetUtcNow());
    }

    /// <summary>
    /// After the commit, and then the bell. What is lost here, to a crash or a fault, the sweep finds: the work itself is committed and its
    /// caller must hear so.
    /// </summary>
    public async Task WakeAfterAsync(Wakes wakes)
    {
        if (!wakes.Any)
            return;
        if (!database.WritesOneByOne)
            await WriteAsync(wakes);
        bells.Woken.Add(wakes.Receivers);
        bells.Deliveries.Ring();
    }

    private async Task WriteAsync(Wakes wakes)
    {
        try
        {
            await database.WriteAsync(
                async session =>
                {
                    wakes.Write(session, clock.GetUtcNow());
                    return await session.FlushAsync(CancellationToken.None);
                },
                CancellationToken.None,
                durable: false);
        }
        catch (Exception error) when (error is System.Data.Common.DbException or InvalidOperationException)
        {
            Log.WakeLost(logger, error);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A wake was lost; the sweep repeats it.")]
        public static partial void WakeLost(ILogger logger, Exception error);
    }
}
