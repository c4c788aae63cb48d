using Microsoft.Extensions.Logging;
using Storage.Sql;

namespace Storage;

/// <summary>Says at start what an administrator would want to change in the database.</summary>
internal sealed partial class Advice(Database database, ILogger<Advice> logger)
{
    public async Task GiveAsync(CancellationToken stop)
    {
        if (database.Dialect.Recommended is not ({ } ask, { } why))
            return;
        var answers = await database.ReadAsync(session => session.ReadAsync(ask, row => row.Int(), [], stop), stop);
        if (answers is not [1])
            Log.Recommended(logger, why);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The database could serve better: {Why}")]
        public static partial void Recommended(ILogger logger, string why);
    }
}
