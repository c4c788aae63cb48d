using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Storage.SqlServer.Migrations
{
    /// <inheritdoc />
    public partial class Growth : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Jobs_Pending",
                table: "Jobs");

            migrationBuilder.AddColumn<double>(
                name: "BackoffBase",
                table: "Jobs",
                type: "float",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "BackoffFactor",
                table: "Jobs",
                type: "float",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "BackoffMax",
                table: "Jobs",
                type: "float",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "IsLimited",
                table: "Jobs",
                type: "int",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "LeaseSeconds",
                table: "Jobs",
                type: "int",
                nullable: false,
                defaultValue: 60);

            migrationBuilder.AddColumn<int>(
                name: "LostLeases",
                table: "Jobs",
                type: "int",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "MaxLostLeases",
                table: "Jobs",
                type: "int",
                nullable: false,
                defaultValue: 3);

            migrationBuilder.CreateTable(
                name: "Gates",
                columns: table => new
                {
                    TenantId = table.Column<byte[]>(type: "binary(16)", fixedLength: true, maxLength: 16, nullable: false),
                    Type = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false, collation: "Latin1_General_100_BIN2"),
                    PausedAt = table.Column<long>(type: "bigint", nullable: true),
                    MaxRunning = table.Column<int>(type: "int", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Gates", x => new { x.TenantId, x.Type });
                });

            migrationBuilder.CreateTable(
                name: "OperationsSequences",
                columns: table => new
                {
                    LogId = table.Column<byte[]>(type: "binary(16)", fixedLength: true, maxLength: 16, nullable: false),
                    TenantId = table.Column<byte[]>(type: "binary(16)", fixedLength: true, maxLength: 16, nullable: false),
                    Seq = table.Column<int>(type: "int", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_OperationsSequences", x => x.LogId);
                });

            migrationBuilder.CreateTable(
                name: "SigningKeys",
                columns: table => new
                {
                    Id = table.Column<byte[]>(type: "binary(16)", fixedLength: true, maxLength: 16, nullable: false),
                    TenantId = table.Column<byte[]>(type: "binary(16)", fixedLength: true, maxLength: 16, nullable: false),
                    Scheme = table.Column<int>(type: "int", nullable: false),
                    Sealed = table.Column<byte[]>(type: "varbinary(max)", nullable: false),
                    PublicKey = table.Column<string>(type: "nvarchar(100)", maxLength: 100, nullable: true, collation: "Latin1_General_100_BIN2"),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    ExpiresAt = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SigningKeys", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Workers",
                columns: table => new
                {
                    TenantId = table.Column<byte[]>(type: "binary(16)", fixedLength: true, maxLength: 16, nullable: false),
                    Name = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: false, collation: "Latin1_General_100_BIN2"),
                    Types = table.Column<string>(type: "nvarchar(max)", nullable: false, collation: "Latin1_General_100_BIN2"),
                    Version = table.Column<string>(type: "nvarchar(100)", maxLength: 100, nullable: true, collation: "Latin1_General_100_BIN2"),
                    FirstSeenAt = table.Column<long>(type: "bigint", nullable: false),
                    LastSeenAt = table.Column<long>(type: "bigint", nullable: false),
                    LiveUntil = table.Column<long>(type: "bigint", nullable: false),
                    Finished = table.Column<long>(type: "bigint", nullable: false),
                    Failed = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Workers", x => new { x.TenantId, x.Name });
                });

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
                name: "SigningKeys");

            migrationBuilder.DropTable(
                name: "Workers");

            migrationBuilder.DropIndex(
                name: "IX_Jobs_Pending",
                table: "Jobs");

            migrationBuilder.DropIndex(
                name: "IX_Jobs_Running",
                table: "Jobs");

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

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Pending",
                table: "Jobs",
                columns: new[] { "Type", "Priority", "DueAt" },
                filter: "Status = 0");
        }
    }
}
