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
                name: "IX_receivers_dueat",
                table: "receivers");

            migrationBuilder.DropIndex(
                name: "IX_Jobs_Pending",
                table: "jobs");

            migrationBuilder.DropIndex(
                name: "IX_Deliveries_Due",
                table: "deliveries");

            migrationBuilder.DropIndex(
                name: "IX_Deliveries_Parked",
                table: "deliveries");

            migrationBuilder.AddColumn<int>(
                name: "concurrency",
                table: "receivers",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "disabledat",
                table: "receivers",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "failedcallbackid",
                table: "receivers",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "failingsince",
                table: "receivers",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "failures",
                table: "receivers",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "lanes",
                table: "receivers",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "maxinflight",
                table: "receivers",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "openings",
                table: "receivers",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "paceduntil",
                table: "receivers",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "pausedat",
                table: "receivers",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "ratepersecond",
                table: "receivers",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "succeededat",
                table: "receivers",
                type: "bigint",
                nullable: true);

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

            migrationBuilder.AddColumn<string>(
                name: "upload",
                table: "jobs",
                type: "character varying(2000)",
                maxLength: 2000,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "ordering",
                table: "deliveries",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "retry",
                table: "deliveries",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "ordering",
                table: "callbacks",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "schedule",
                table: "callbacks",
                type: "character varying(400)",
                maxLength: 400,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "connectms",
                table: "attempts",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "dnsms",
                table: "attempts",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "errordetail",
                table: "attempts",
                type: "character varying(100)",
                maxLength: 100,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "firstbytems",
                table: "attempts",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "tlsms",
                table: "attempts",
                type: "integer",
                nullable: true);

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
                name: "replays",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenantid = table.Column<Guid>(type: "uuid", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: false),
                    deliveries = table.Column<int>(type: "integer", nullable: false),
                    reason = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    receiverid = table.Column<Guid>(type: "uuid", nullable: true),
                    jobid = table.Column<Guid>(type: "uuid", nullable: true),
                    eventtype = table.Column<int>(type: "integer", nullable: true),
                    createdafter = table.Column<long>(type: "bigint", nullable: true),
                    createdbefore = table.Column<long>(type: "bigint", nullable: true),
                    position = table.Column<Guid>(type: "uuid", nullable: false),
                    through = table.Column<Guid>(type: "uuid", nullable: false),
                    ratepersecond = table.Column<double>(type: "double precision", nullable: true),
                    paceduntil = table.Column<long>(type: "bigint", nullable: false),
                    dueat = table.Column<long>(type: "bigint", nullable: false),
                    matched = table.Column<int>(type: "integer", nullable: false),
                    replayed = table.Column<int>(type: "integer", nullable: false),
                    skipped = table.Column<int>(type: "integer", nullable: false),
                    createdat = table.Column<long>(type: "bigint", nullable: false),
                    finishedat = table.Column<long>(type: "bigint", nullable: true),
                    idempotencyhash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: true),
                    requesthash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_replays", x => x.id);
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
                name: "IX_receivers_dueat_id",
                table: "receivers",
                columns: new[] { "dueat", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_receivers_tenantid_lane_id",
                table: "receivers",
                columns: new[] { "tenantid", "lane", "id" });

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
                name: "IX_goneurls_until",
                table: "goneurls",
                column: "until");

            migrationBuilder.CreateIndex(
                name: "IX_Deliveries_Due",
                table: "deliveries",
                columns: new[] { "receiverid", "retry", "dueat", "id" },
                filter: "Status = 0");

            migrationBuilder.CreateIndex(
                name: "IX_Deliveries_Ordered",
                table: "deliveries",
                columns: new[] { "callbackid", "status", "seq" },
                filter: "Ordering > 0");

            migrationBuilder.CreateIndex(
                name: "IX_deliveries_receiverid_status_id",
                table: "deliveries",
                columns: new[] { "receiverid", "status", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_deliveries_tenantid_status_id",
                table: "deliveries",
                columns: new[] { "tenantid", "status", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_deliveries_tenantid_status_reason_id",
                table: "deliveries",
                columns: new[] { "tenantid", "status", "reason", "id" },
                filter: "Reason IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_replays_dueat",
                table: "replays",
                column: "dueat",
                filter: "Status = 0");

            migrationBuilder.CreateIndex(
                name: "IX_replays_finishedat",
                table: "replays",
                column: "finishedat",
                filter: "FinishedAt IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_replays_tenantid_id",
                table: "replays",
                columns: new[] { "tenantid", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_replays_tenantid_idempotencyhash",
                table: "replays",
                columns: new[] { "tenantid", "idempotencyhash" },
                unique: true,
                filter: "IdempotencyHash IS NOT NULL");

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
                name: "replays");

            migrationBuilder.DropTable(
                name: "signingkeys");

            migrationBuilder.DropTable(
                name: "workers");

            migrationBuilder.DropIndex(
                name: "IX_receivers_dueat_id",
                table: "receivers");

            migrationBuilder.DropIndex(
                name: "IX_receivers_tenantid_lane_id",
                table: "receivers");

            migrationBuilder.DropIndex(
                name: "IX_Jobs_Pending",
                table: "jobs");

            migrationBuilder.DropIndex(
                name: "IX_Jobs_Running",
                table: "jobs");

            migrationBuilder.DropIndex(
                name: "IX_goneurls_until",
                table: "goneurls");

            migrationBuilder.DropIndex(
                name: "IX_Deliveries_Due",
                table: "deliveries");

            migrationBuilder.DropIndex(
                name: "IX_Deliveries_Ordered",
                table: "deliveries");

            migrationBuilder.DropIndex(
                name: "IX_deliveries_receiverid_status_id",
                table: "deliveries");

            migrationBuilder.DropIndex(
                name: "IX_deliveries_tenantid_status_id",
                table: "deliveries");

            migrationBuilder.DropIndex(
                name: "IX_deliveries_tenantid_status_reason_id",
                table: "deliveries");

            migrationBuilder.DropColumn(
                name: "concurrency",
                table: "receivers");

            migrationBuilder.DropColumn(
                name: "disabledat",
                table: "receivers");

            migrationBuilder.DropColumn(
                name: "failedcallbackid",
                table: "receivers");

            migrationBuilder.DropColumn(
                name: "failingsince",
                table: "receivers");

            migrationBuilder.DropColumn(
                name: "failures",
                table: "receivers");

            migrationBuilder.DropColumn(
                name: "lanes",
                table: "receivers");

            migrationBuilder.DropColumn(
                name: "maxinflight",
                table: "receivers");

            migrationBuilder.DropColumn(
                name: "openings",
                table: "receivers");

            migrationBuilder.DropColumn(
                name: "paceduntil",
                table: "receivers");

            migrationBuilder.DropColumn(
                name: "pausedat",
                table: "receivers");

            migrationBuilder.DropColumn(
                name: "ratepersecond",
                table: "receivers");

            migrationBuilder.DropColumn(
                name: "succeededat",
                table: "receivers");

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

            migrationBuilder.DropColumn(
                name: "upload",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "ordering",
                table: "deliveries");

            migrationBuilder.DropColumn(
                name: "retry",
                table: "deliveries");

            migrationBuilder.DropColumn(
                name: "ordering",
                table: "callbacks");

            migrationBuilder.DropColumn(
                name: "schedule",
                table: "callbacks");

            migrationBuilder.DropColumn(
                name: "connectms",
                table: "attempts");

            migrationBuilder.DropColumn(
                name: "dnsms",
                table: "attempts");

            migrationBuilder.DropColumn(
                name: "errordetail",
                table: "attempts");

            migrationBuilder.DropColumn(
                name: "firstbytems",
                table: "attempts");

            migrationBuilder.DropColumn(
                name: "tlsms",
                table: "attempts");

            migrationBuilder.CreateIndex(
                name: "IX_receivers_dueat",
                table: "receivers",
                column: "dueat");

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Pending",
                table: "jobs",
                columns: new[] { "type", "priority", "dueat" },
                filter: "Status = 0");

            migrationBuilder.CreateIndex(
                name: "IX_Deliveries_Due",
                table: "deliveries",
                columns: new[] { "receiverid", "dueat", "id" },
                filter: "Status = 0");

            migrationBuilder.CreateIndex(
                name: "IX_Deliveries_Parked",
                table: "deliveries",
                columns: new[] { "tenantid", "id" },
                filter: "Status = 2");
        }
    }
}
