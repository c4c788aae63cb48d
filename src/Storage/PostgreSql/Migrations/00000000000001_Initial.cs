using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Storage.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "apikeys",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenantid = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    role = table.Column<int>(type: "integer", nullable: false),
                    types = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: true),
                    hash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    createdat = table.Column<long>(type: "bigint", nullable: false),
                    expiresat = table.Column<long>(type: "bigint", nullable: true),
                    revokedat = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_apikeys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "attempts",
                columns: table => new
                {
                    deliveryid = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    round = table.Column<int>(type: "integer", nullable: false),
                    startedat = table.Column<long>(type: "bigint", nullable: false),
                    finishedat = table.Column<long>(type: "bigint", nullable: true),
                    statuscode = table.Column<int>(type: "integer", nullable: true),
                    error = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    durationms = table.Column<int>(type: "integer", nullable: true),
                    excerpt = table.Column<string>(type: "character varying(4096)", maxLength: 4096, nullable: true),
                    engine = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_attempts", x => new { x.deliveryid, x.number });
                });

            migrationBuilder.CreateTable(
                name: "callbacks",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenantid = table.Column<Guid>(type: "uuid", nullable: false),
                    jobid = table.Column<Guid>(type: "uuid", nullable: false),
                    url = table.Column<string>(type: "character varying(2048)", maxLength: 2048, nullable: false),
                    receiverid = table.Column<Guid>(type: "uuid", nullable: false),
                    events = table.Column<int>(type: "integer", nullable: false),
                    @private = table.Column<byte[]>(name: "private", type: "bytea", nullable: true),
                    status = table.Column<int>(type: "integer", nullable: false),
                    reason = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    createdat = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_callbacks", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "chores",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    dueat = table.Column<long>(type: "bigint", nullable: false),
                    fence = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_chores", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "deliveries",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenantid = table.Column<Guid>(type: "uuid", nullable: false),
                    jobid = table.Column<Guid>(type: "uuid", nullable: false),
                    seq = table.Column<int>(type: "integer", nullable: false),
                    eventtype = table.Column<int>(type: "integer", nullable: false),
                    callbackid = table.Column<Guid>(type: "uuid", nullable: false),
                    receiverid = table.Column<Guid>(type: "uuid", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: false),
                    reason = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    round = table.Column<int>(type: "integer", nullable: false),
                    roundat = table.Column<long>(type: "bigint", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    failures = table.Column<int>(type: "integer", nullable: false),
                    dueat = table.Column<long>(type: "bigint", nullable: false),
                    deliveredat = table.Column<long>(type: "bigint", nullable: true),
                    createdat = table.Column<long>(type: "bigint", nullable: false),
                    bodybytes = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_deliveries", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "goneurls",
                columns: table => new
                {
                    receiverid = table.Column<Guid>(type: "uuid", nullable: false),
                    urlhash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    reason = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    until = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_goneurls", x => new { x.receiverid, x.urlhash });
                });

            migrationBuilder.CreateTable(
                name: "jobevents",
                columns: table => new
                {
                    jobid = table.Column<Guid>(type: "uuid", nullable: false),
                    seq = table.Column<int>(type: "integer", nullable: false),
                    type = table.Column<int>(type: "integer", nullable: false),
                    body = table.Column<byte[]>(type: "bytea", nullable: false),
                    createdat = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_jobevents", x => new { x.jobid, x.seq });
                });

            migrationBuilder.CreateTable(
                name: "jobs",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenantid = table.Column<Guid>(type: "uuid", nullable: false),
                    type = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    status = table.Column<int>(type: "integer", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    priority = table.Column<int>(type: "integer", nullable: false),
                    attempt = table.Column<int>(type: "integer", nullable: false),
                    maxattempts = table.Column<int>(type: "integer", nullable: false),
                    dueat = table.Column<long>(type: "bigint", nullable: false),
                    fence = table.Column<long>(type: "bigint", nullable: false),
                    worker = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    createdat = table.Column<long>(type: "bigint", nullable: false),
                    runat = table.Column<long>(type: "bigint", nullable: true),
                    startby = table.Column<long>(type: "bigint", nullable: true),
                    startedat = table.Column<long>(type: "bigint", nullable: true),
                    attemptendsat = table.Column<long>(type: "bigint", nullable: true),
                    finishedat = table.Column<long>(type: "bigint", nullable: true),
                    expiresat = table.Column<long>(type: "bigint", nullable: true),
                    cancelrequestedat = table.Column<long>(type: "bigint", nullable: true),
                    timeoutseconds = table.Column<int>(type: "integer", nullable: false),
                    ttlseconds = table.Column<int>(type: "integer", nullable: false),
                    progress = table.Column<double>(type: "double precision", nullable: true),
                    progressmessage = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    progressat = table.Column<long>(type: "bigint", nullable: true),
                    redriveof = table.Column<Guid>(type: "uuid", nullable: true),
                    metadata = table.Column<string>(type: "text", nullable: true),
                    input = table.Column<byte[]>(type: "bytea", nullable: false),
                    result = table.Column<byte[]>(type: "bytea", nullable: true),
                    errorcode = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    errormessage = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: true),
                    saved = table.Column<byte[]>(type: "bytea", nullable: true),
                    outputseq = table.Column<int>(type: "integer", nullable: false),
                    callbackcount = table.Column<int>(type: "integer", nullable: false),
                    callbackevents = table.Column<int>(type: "integer", nullable: false),
                    idempotencyhash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: true),
                    requesthash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_jobs", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "receivers",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenantid = table.Column<Guid>(type: "uuid", nullable: false),
                    origin = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    lane = table.Column<int>(type: "integer", nullable: false),
                    dueat = table.Column<long>(type: "bigint", nullable: false),
                    leaseduntil = table.Column<long>(type: "bigint", nullable: false),
                    fence = table.Column<long>(type: "bigint", nullable: false),
                    helduntil = table.Column<long>(type: "bigint", nullable: false),
                    goneuntil = table.Column<long>(type: "bigint", nullable: false),
                    poked = table.Column<int>(type: "integer", nullable: false),
                    createdat = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_receivers", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "tenants",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    signingsecret = table.Column<byte[]>(type: "bytea", nullable: false),
                    createdat = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_tenants", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_apikeys_hash",
                table: "apikeys",
                column: "hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_callbacks_jobid",
                table: "callbacks",
                column: "jobid");

            migrationBuilder.CreateIndex(
                name: "IX_chores_name",
                table: "chores",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Deliveries_Due",
                table: "deliveries",
                columns: new[] { "receiverid", "dueat", "id" },
                filter: "Status = 0");

            migrationBuilder.CreateIndex(
                name: "IX_deliveries_jobid_seq",
                table: "deliveries",
                columns: new[] { "jobid", "seq" });

            migrationBuilder.CreateIndex(
                name: "IX_Deliveries_Parked",
                table: "deliveries",
                columns: new[] { "tenantid", "id" },
                filter: "Status = 2");

            migrationBuilder.CreateIndex(
                name: "IX_jobs_expiresat",
                table: "jobs",
                column: "expiresat",
                filter: "ExpiresAt IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Failed",
                table: "jobs",
                columns: new[] { "tenantid", "id" },
                filter: "Status = 3");

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Leased",
                table: "jobs",
                column: "dueat",
                filter: "Status = 1");

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Pending",
                table: "jobs",
                columns: new[] { "type", "priority", "dueat" },
                filter: "Status = 0");

            migrationBuilder.CreateIndex(
                name: "IX_jobs_startby",
                table: "jobs",
                column: "startby",
                filter: "Status = 0 AND StartBy IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_jobs_tenantid_idempotencyhash",
                table: "jobs",
                columns: new[] { "tenantid", "idempotencyhash" },
                unique: true,
                filter: "IdempotencyHash IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_receivers_dueat",
                table: "receivers",
                column: "dueat");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "apikeys");

            migrationBuilder.DropTable(
                name: "attempts");

            migrationBuilder.DropTable(
                name: "callbacks");

            migrationBuilder.DropTable(
                name: "chores");

            migrationBuilder.DropTable(
                name: "deliveries");

            migrationBuilder.DropTable(
                name: "goneurls");

            migrationBuilder.DropTable(
                name: "jobevents");

            migrationBuilder.DropTable(
                name: "jobs");

            migrationBuilder.DropTable(
                name: "receivers");

            migrationBuilder.DropTable(
                name: "tenants");
        }
    }
}
