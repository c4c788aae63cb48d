using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Storage.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class Growth : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Jobs_Pending",
                table: "jobs");

            migrationBuilder.AddColumn<double>(
                name: "backoffbase",
                table: "jobs",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "backofffactor",
                table: "jobs",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "backoffmax",
                table: "jobs",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "islimited",
                table: "jobs",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "leaseseconds",
                table: "jobs",
                type: "integer",
                nullable: false,
                defaultValue: 60);

            migrationBuilder.AddColumn<int>(
                name: "lostleases",
                table: "jobs",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "maxlostleases",
                table: "jobs",
                type: "integer",
                nullable: false,
                defaultValue: 3);

            migrationBuilder.CreateTable(
                name: "gates",
                columns: table => new
                {
                    tenantid = table.Column<Guid>(type: "uuid", nullable: false),
                    type = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    pausedat = table.Column<long>(type: "bigint", nullable: true),
                    maxrunning = table.Column<int>(type: "integer", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_gates", x => new { x.tenantid, x.type });
                });

            migrationBuilder.CreateTable(
                name: "operationssequences",
                columns: table => new
                {
                    logid = table.Column<Guid>(type: "uuid", nullable: false),
                    tenantid = table.Column<Guid>(type: "uuid", nullable: false),
                    seq = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_operationssequences", x => x.logid);
                });

            migrationBuilder.CreateTable(
                name: "signingkeys",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenantid = table.Column<Guid>(type: "uuid", nullable: false),
                    scheme = table.Column<int>(type: "integer", nullable: false),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "bytea", nullable: false),
                    publickey = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    createdat = table.Column<long>(type: "bigint", nullable: false),
                    expiresat = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_signingkeys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "workers",
                columns: table => new
                {
                    tenantid = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    types = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    firstseenat = table.Column<long>(type: "bigint", nullable: false),
                    lastseenat = table.Column<long>(type: "bigint", nullable: false),
                    liveuntil = table.Column<long>(type: "bigint", nullable: false),
                    finished = table.Column<long>(type: "bigint", nullable: false),
                    failed = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_workers", x => new { x.tenantid, x.name });
                });

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Pending",
                table: "jobs",
                columns: new[] { "tenantid", "type", "priority", "dueat" },
                filter: "Status = 0");

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Running",
                table: "jobs",
                columns: new[] { "tenantid", "type" },
                filter: "Status = 1");

            migrationBuilder.CreateIndex(
                name: "IX_signingkeys_expiresat",
                table: "signingkeys",
                column: "expiresat",
                filter: "ExpiresAt IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_signingkeys_tenantid",
                table: "signingkeys",
                column: "tenantid");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "gates");

            migrationBuilder.DropTable(
                name: "operationssequences");

            migrationBuilder.DropTable(
                name: "signingkeys");

            migrationBuilder.DropTable(
                name: "workers");

            migrationBuilder.DropIndex(
                name: "IX_Jobs_Pending",
                table: "jobs");

            migrationBuilder.DropIndex(
                name: "IX_Jobs_Running",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "backoffbase",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "backofffactor",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "backoffmax",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "islimited",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "leaseseconds",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "lostleases",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "maxlostleases",
                table: "jobs");

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Pending",
                table: "jobs",
                columns: new[] { "type", "priority", "dueat" },
                filter: "Status = 0");
        }
    }
}
