using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Storage.PostgreSql;
using Storage.Sqlite;
using Storage.SqlServer;

namespace Storage;

// What `dotnet ef migrations add` builds the contexts with; no database is opened.

internal sealed class SqliteDesign : IDesignTimeDbContextFactory<SqliteWebhooksDb>
{
    public SqliteWebhooksDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteWebhooksDb>().UseSqlite("Data Source=design.db").Options);
}

internal sealed class PostgreSqlDesign : IDesignTimeDbContextFactory<PostgreSqlWebhooksDb>
{
    public PostgreSqlWebhooksDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgreSqlWebhooksDb>().UseNpgsql("Host=design").Options);
}

internal sealed class SqlServerDesign : IDesignTimeDbContextFactory<SqlServerWebhooksDb>
{
    public SqlServerWebhooksDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqlServerWebhooksDb>().UseSqlServer("Server=design").Options);
}
