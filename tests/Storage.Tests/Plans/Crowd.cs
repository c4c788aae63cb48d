using Microsoft.EntityFrameworkCore;
using Storage.Tests.Databases;

namespace Storage.Tests.Plans;

/// <summary>
/// Fills a PostgreSQL database as a busy service does: 40,000 jobs of which one in fifty is pending or running, twice as many events, a callback, a
/// delivery and an attempt for each, and as many receivers; and 20,000 replays. Ids have a time, as real ones have. One tenant in eleven is a small one.
/// </summary>
internal static class Crowd
{
    private const string Rows =
        """
        CREATE FUNCTION pg_temp.id(milliseconds bigint, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
            $$ SELECT (lpad(to_hex(milliseconds), 12, '0') || '70008' || lpad(to_hex(n), 15, '0'))::uuid $$;

        INSERT INTO jobs (id, tenantid, type, status,
            version, priority, attempt, maxattempts, dueat, fence, createdat, startby,
            expiresat, timeoutseconds, ttlseconds, input, outputseq, callbackcount, callbackevents, idempotencyhash, requesthash)
        SELECT pg_temp.id(@now - n * 100, n), pg_temp.id(0, CASE WHEN n % 200 BETWEEN 4 AND 6 THEN 99 ELSE n % 10 END), 'type-' || n % 5,
            CASE WHEN n % 100 = 1 THEN 0 WHEN n % 100 = 2 THEN 1 WHEN n % 20 = 3 THEN 3 ELSE 2 END,
            2, n % 10, 1, 3, @now - n * 100 + 3000, 1, @now - n * 100, CASE WHEN n % 10 = 1 THEN @now - n * 100 + 100000 END,
            CASE WHEN n % 100 > 2 THEN @now - n * 100 + 3600000 END, 600, 3600, 'null', 0, 1, 448, sha256(int8send(n)), sha256(int8send(n))
        FROM generate_series(1, 40000) AS n;

        INSERT INTO jobevents (jobid, seq, type, body, createdat)
        SELECT j.id, seq, seq - 1, sha256(uuid_send(j.id)), j.createdat FROM jobs AS j, generate_series(1, 2) AS seq;

        INSERT INTO receivers (id, tenantid, origin, lane, dueat, leaseduntil, fence, helduntil, goneuntil, poked, createdat)
        SELECT pg_temp.id(n * 7919 % 40000, n), pg_temp.id(0, n % 10), 'https://r' || n || ':443', 0,
            CASE WHEN n % 40 = 0 THEN @now - n ELSE 253402300799999 END, 0, 1, 0, 0, 0, @now
        FROM generate_series(1, 40000) AS n;

        INSERT INTO callbacks (id, tenantid, jobid, url, receiverid, events, status, createdat)
        SELECT pg_temp.id(@now - n * 100, n), j.tenantid, j.id, 'https://r' || n || '/hook', pg_temp.id(n * 7919 % 40000, n), 448, 0, j.createdat
        FROM (SELECT row_number() OVER (ORDER BY id DESC) AS n, id, tenantid, createdat FROM jobs) AS j;

        INSERT INTO deliveries (id, tenantid, jobid, seq, eventtype, callbackid, receiverid, status,
            round, roundat, attempts, failures, dueat, createdat, bodybytes)
        SELECT c.id, c.tenantid, c.jobid, 2, 6, c.id, c.receiverid, CASE WHEN n % 100 = 4 THEN 0 WHEN n % 100 = 5 THEN 2 ELSE 1 END,
            1, c.createdat, 1, 0, c.createdat, c.createdat, 32
        FROM (SELECT row_number() OVER (ORDER BY id DESC) AS n, callbacks.* FROM callbacks) AS c;

        INSERT INTO deliveries (id, tenantid, jobid, seq, eventtype, callbackid, receiverid, status,
            round, roundat, attempts, failures, retry, ordering, dueat, createdat, bodybytes)
        SELECT pg_temp.id(@now - 1000, 100000 + n), c.tenantid, c.jobid, n + 2, 6, c.id, c.receiverid, 0, 1, c.createdat, 0, 0, n % 2, n % 3,
            CASE WHEN n % 3 = 0 THEN @now - n ELSE 253402300799999 END, c.createdat, 32
        FROM (SELECT * FROM callbacks ORDER BY id LIMIT 1) AS c, generate_series(1, 30000) AS n;

        INSERT INTO attempts (deliveryid, number, round, startedat, finishedat, statuscode, engine)
        SELECT d.id, 1, 1, d.createdat, d.createdat + 20, 200, 'engine' FROM deliveries AS d;

        INSERT INTO goneurls (receiverid, urlhash, reason, until)
        SELECT r.id, sha256(uuid_send(r.id)), 'gone', @now FROM receivers AS r WHERE r.dueat < @now;

        INSERT INTO replays (id, tenantid, status, deliveries, position, through, paceduntil, dueat, matched, replayed, skipped, createdat, finishedat,
            idempotencyhash, requesthash)
        SELECT pg_temp.id(@now - n * 1000, n), pg_temp.id(0, n % 10), CASE WHEN n % 1000 = 1 THEN 0 ELSE 2 END, 2, pg_temp.id(0, 1), pg_temp.id(@now, 1),
            @now, @now - n * 1000, 1, 1, 0, @now - n * 1000, CASE WHEN n % 1000 > 1 THEN @now - n * 1000 END, sha256(int8send(n)), sha256(int8send(n))
        FROM generate_series(1, 20000) AS n;

        ANALYZE;
        """;

    public static async Task GatherAsync(TestStorage storage)
    {
        await using var db = storage.Database.CreateContext();
        var now = TestStorage.Start.ToUnixTimeMilliseconds();
        await db.Database.ExecuteSqlRawAsync(Rows.Replace("@now", $"{now}", StringComparison.Ordinal), storage.Stop);
    }
}
