using Microsoft.EntityFrameworkCore;

namespace Storage.Sqlite;

internal sealed class SqliteWebhooksDb(DbContextOptions<SqliteWebhooksDb> options) : WebhooksDb(options);
