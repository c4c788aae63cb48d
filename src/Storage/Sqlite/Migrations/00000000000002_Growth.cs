using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Growth : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Receivers_DueAt",
                table: "Receivers");

            migrationBuilder.DropIndex(
                name: "IX_Jobs_Pending",
                table: "Jobs");

            migrationBuilder.DropIndex(
                name: "IX_Deliveries_Due",
                table: "Deliveries");

            migrationBuilder.DropIndex(
                name: "IX_Deliveries_Parked",
                table: "Deliveries");

            migrationBuilder.AddColumn<int>(
                name: "Concurrency",
                table: "Receivers",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "DisabledAt",
                table: "Receivers",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "FailedCallbackId",
                table: "Receivers",
                type: "BLOB",
                fixedLength: true,
                maxLength: 16,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "FailingSince",
                table: "Receivers",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Failures",
                table: "Receivers",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "Lanes",
                table: "Receivers",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "MaxInFlight",
                table: "Receivers",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Openings",
                table: "Receivers",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "PacedUntil",
                table: "Receivers",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "PausedAt",
                table: "Receivers",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "RatePerSecond",
                table: "Receivers",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "SucceededAt",
                table: "Receivers",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "BackoffBase",
                table: "Jobs",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "BackoffFactor",
                table: "Jobs",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "BackoffMax",
                table: "Jobs",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "IsLimited",
                table: "Jobs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "LeaseSeconds",
                table: "Jobs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 60);

            migrationBuilder.AddColumn<int>(
                name: "LostLeases",
                table: "Jobs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "MaxLostLeases",
                table: "Jobs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 3);

            migrationBuilder.AddColumn<string>(
                name: "Upload",
                table: "Jobs",
                type: "TEXT",
                maxLength: 2000,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Ordering",
                table: "Deliveries",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "Retry",
                table: "Deliveries",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "Ordering",
                table: "Callbacks",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "Schedule",
                table: "Callbacks",
                type: "TEXT",
                maxLength: 400,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "ConnectMs",
                table: "Attempts",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "DnsMs",
                table: "Attempts",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ErrorDetail",
                table: "Attempts",
                type: "TEXT",
                maxLength: 100,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "FirstByteMs",
                table: "Attempts",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "TlsMs",
                table: "Attempts",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "Gates",
                columns: table => new
                {
                    TenantId = table.Column<byte[]>(type: "BLOB", fixedLength: true, maxLength: 16, nullable: false),
                    Type = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    PausedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    MaxRunning = table.Column<int>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Gates", x => new { x.TenantId, x.Type });
                });

            migrationBuilder.CreateTable(
                name: "OperationsSequences",
                columns: table => new
                {
                    LogId = table.Column<byte[]>(type: "BLOB", fixedLength: true, maxLength: 16, nullable: false),
                    TenantId = table.Column<byte[]>(type: "BLOB", fixedLength: true, maxLength: 16, nullable: false),
                    Seq = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_OperationsSequences", x => x.LogId);
                });

            migrationBuilder.CreateTable(
                name: "Replays",
                columns: table => new
                {
                    Id = table.Column<byte[]>(type: "BLOB", fixedLength: true, maxLength: 16, nullable: false),
                    TenantId = table.Column<byte[]>(type: "BLOB", fixedLength: true, maxLength: 16, nullable: false),
                    Status = table.Column<int>(type: "INTEGER", nullable: false),
                    Deliveries = table.Column<int>(type: "INTEGER", nullable: false),
                    Reason = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    ReceiverId = table.Column<byte[]>(type: "BLOB", fixedLength: true, maxLength: 16, nullable: true),
                    JobId = table.Column<byte[]>(type: "BLOB", fixedLength: true, maxLength: 16, nullable: true),
                    EventType = table.Column<int>(type: "INTEGER", nullable: true),
                    CreatedAfter = table.Column<long>(type: "INTEGER", nullable: true),
                    CreatedBefore = table.Column<long>(type: "INTEGER", nullable: true),
                    Position = table.Column<byte[]>(type: "BLOB", fixedLength: true, maxLength: 16, nullable: false),
                    Through = table.Column<byte[]>(type: "BLOB", fixedLength: true, maxLength: 16, nullable: false),
                    RatePerSecond = table.Column<double>(type: "REAL", nullable: true),
                    PacedUntil = table.Column<long>(type: "INTEGER", nullable: false),
                    DueAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Matched = table.Column<int>(type: "INTEGER", nullable: false),
                    Replayed = table.Column<int>(type: "INTEGER", nullable: false),
                    Skipped = table.Column<int>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    FinishedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    IdempotencyHash = table.Column<byte[]>(type: "BLOB", fixedLength: true, maxLength: 32, nullable: true),
                    RequestHash = table.Column<byte[]>(type: "BLOB", fixedLength: true, maxLength: 32, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Replays", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "SigningKeys",
                columns: table => new
                {
                    Id = table.Column<byte[]>(type: "BLOB", fixedLength: true, maxLength: 16, nullable: false),
                    TenantId = table.Column<byte[]>(type: "BLOB", fixedLength: true, maxLength: 16, nullable: false),
                    Scheme = table.Column<int>(type: "INTEGER", nullable: false),
                    Sealed = table.Column<byte[]>(type: "BLOB", nullable: false),
                    PublicKey = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SigningKeys", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Workers",
                columns: table => new
                {
                    TenantId = table.Column<byte[]>(type: "BLOB", fixedLength: true, maxLength: 16, nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    Types = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    FirstSeenAt = table.Column<long>(type: "INTEGER", nullable: false),
                    LastSeenAt = table.Column<long>(type: "INTEGER", nullable: false),
                    LiveUntil = table.Column<long>(type: "INTEGER", nullable: false),
                    Finished = table.Column<long>(type: "INTEGER", nullable: false),
                    Failed = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Workers", x => new { x.TenantId, x.Name });
                });

            migrationBuilder.CreateIndex(
                name: "IX_Receivers_DueAt_Id",
                table: "Receivers",
                columns: new[] { "DueAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Receivers_TenantId_Lane_Id",
                table: "Receivers",
                columns: new[] { "TenantId", "Lane", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Pending",
                table: "Jobs",
                columns: new[] { "TenantId", "Type", "Priority", "DueAt" },
                filter: "Status = 0");

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Running",
                table: "Jobs",
                columns: new[] { "TenantId", "Type" },
                filter: "Status = 1");

            migrationBuilder.CreateIndex(
                name: "IX_GoneUrls_Until",
                table: "GoneUrls",
                column: "Until");

            migrationBuilder.CreateIndex(
                name: "IX_Deliveries_Due",
                table: "Deliveries",
                columns: new[] { "ReceiverId", "Retry", "DueAt", "Id" },
                filter: "Status = 0");

            migrationBuilder.CreateIndex(
                name: "IX_Deliveries_Ordered",
                table: "Deliveries",
                columns: new[] { "CallbackId", "Status", "Seq" },
                filter: "Ordering > 0");

            migrationBuilder.CreateIndex(
                name: "IX_Deliveries_ReceiverId_Status_Id",
                table: "Deliveries",
                columns: new[] { "ReceiverId", "Status", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Deliveries_TenantId_Status_Id",
                table: "Deliveries",
                columns: new[] { "TenantId", "Status", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Deliveries_TenantId_Status_Reason_Id",
                table: "Deliveries",
                columns: new[] { "TenantId", "Status", "Reason", "Id" },
                filter: "Reason IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Replays_DueAt",
                table: "Replays",
                column: "DueAt",
                filter: "Status = 0");

            migrationBuilder.CreateIndex(
                name: "IX_Replays_FinishedAt",
                table: "Replays",
                column: "FinishedAt",
                filter: "FinishedAt IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Replays_TenantId_Id",
                table: "Replays",
                columns: new[] { "TenantId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Replays_TenantId_IdempotencyHash",
                table: "Replays",
                columns: new[] { "TenantId", "IdempotencyHash" },
                unique: true,
                filter: "IdempotencyHash IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_SigningKeys_ExpiresAt",
                table: "SigningKeys",
                column: "ExpiresAt",
                filter: "ExpiresAt IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_SigningKeys_TenantId",
                table: "SigningKeys",
                column: "TenantId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Gates");

            migrationBuilder.DropTable(
                name: "OperationsSequences");

            migrationBuilder.DropTable(
                name: "Replays");

            migrationBuilder.DropTable(
                name: "SigningKeys");

            migrationBuilder.DropTable(
                name: "Workers");

            migrationBuilder.DropIndex(
                name: "IX_Receivers_DueAt_Id",
                table: "Receivers");

            migrationBuilder.DropIndex(
                name: "IX_Receivers_TenantId_Lane_Id",
                table: "Receivers");

            migrationBuilder.DropIndex(
                name: "IX_Jobs_Pending",
                table: "Jobs");

            migrationBuilder.DropIndex(
                name: "IX_Jobs_Running",
                table: "Jobs");

            migrationBuilder.DropIndex(
                name: "IX_GoneUrls_Until",
                table: "GoneUrls");

            migrationBuilder.DropIndex(
                name: "IX_Deliveries_Due",
                table: "Deliveries");

            migrationBuilder.DropIndex(
                name: "IX_Deliveries_Ordered",
                table: "Deliveries");

            migrationBuilder.DropIndex(
                name: "IX_Deliveries_ReceiverId_Status_Id",
                table: "Deliveries");

            migrationBuilder.DropIndex(
                name: "IX_Deliveries_TenantId_Status_Id",
                table: "Deliveries");

            migrationBuilder.DropIndex(
                name: "IX_Deliveries_TenantId_Status_Reason_Id",
                table: "Deliveries");

            migrationBuilder.DropColumn(
                name: "Concurrency",
                table: "Receivers");

            migrationBuilder.DropColumn(
                name: "DisabledAt",
                table: "Receivers");

            migrationBuilder.DropColumn(
                name: "FailedCallbackId",
                table: "Receivers");

            migrationBuilder.DropColumn(
                name: "FailingSince",
                table: "Receivers");

            migrationBuilder.DropColumn(
                name: "Failures",
                table: "Receivers");

            migrationBuilder.DropColumn(
                name: "Lanes",
                table: "Receivers");

            migrationBuilder.DropColumn(
                name: "MaxInFlight",
                table: "Receivers");

            migrationBuilder.DropColumn(
                name: "Openings",
                table: "Receivers");

            migrationBuilder.DropColumn(
                name: "PacedUntil",
                table: "Receivers");

            migrationBuilder.DropColumn(
                name: "PausedAt",
                table: "Receivers");

            migrationBuilder.DropColumn(
                name: "RatePerSecond",
                table: "Receivers");

            migrationBuilder.DropColumn(
                name: "SucceededAt",
                table: "Receivers");

            migrationBuilder.DropColumn(
                name: "BackoffBase",
                table: "Jobs");

            migrationBuilder.DropColumn(
                name: "BackoffFactor",
                table: "Jobs");

            migrationBuilder.DropColumn(
                name: "BackoffMax",
                table: "Jobs");

            migrationBuilder.DropColumn(
                name: "IsLimited",
                table: "Jobs");

            migrationBuilder.DropColumn(
                name: "LeaseSeconds",
                table: "Jobs");

            migrationBuilder.DropColumn(
                name: "LostLeases",
                table: "Jobs");

            migrationBuilder.DropColumn(
                name: "MaxLostLeases",
                table: "Jobs");

            migrationBuilder.DropColumn(
                name: "Upload",
                table: "Jobs");

            migrationBuilder.DropColumn(
                name: "Ordering",
                table: "Deliveries");

            migrationBuilder.DropColumn(
                name: "Retry",
                table: "Deliveries");

            migrationBuilder.DropColumn(
                name: "Ordering",
                table: "Callbacks");

            migrationBuilder.DropColumn(
                name: "Schedule",
                table: "Callbacks");

            migrationBuilder.DropColumn(
                name: "ConnectMs",
                table: "Attempts");

            migrationBuilder.DropColumn(
                name: "DnsMs",
                table: "Attempts");

            migrationBuilder.DropColumn(
                name: "ErrorDetail",
                table: "Attempts");

            migrationBuilder.DropColumn(
                name: "FirstByteMs",
                table: "Attempts");

            migrationBuilder.DropColumn(
                name: "TlsMs",
                table: "Attempts");

            migrationBuilder.CreateIndex(
                name: "IX_Receivers_DueAt",
                table: "Receivers",
                column: "DueAt");

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Pending",
                table: "Jobs",
                columns: new[] { "Type", "Priority", "DueAt" },
                filter: "Status = 0");

            migrationBuilder.CreateIndex(
                name: "IX_Deliveries_Due",
                table: "Deliveries",
                columns: new[] { "ReceiverId", "DueAt", "Id" },
                filter: "Status = 0");

            migrationBuilder.CreateIndex(
                name: "IX_Deliveries_Parked",
                table: "Deliveries",
                columns: new[] { "TenantId", "Id" },
                filter: "Status = 2");
        }
    }
}
