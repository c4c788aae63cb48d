using Faults.Checkers;
using Faults.Histories;

namespace Faults.Tests;

/// <summary>Each promise, broken by hand: a checker that stays green here would stay green when it counts.</summary>
public sealed class A_checker
{
    [Theory, InlineData(nameof(Told.Good)), InlineData(nameof(Told.Remote)), InlineData(nameof(Told.Replaying)), InlineData(nameof(Told.Informed)), InlineData(nameof(Told.Rolled)), InlineData(nameof(Told.GivenUp)), InlineData(nameof(Told.Ordered))]
    public void finds_nothing_in_a_good_history(string told) => Assert.All(
        Checker.All, checker => Assert.Equal((checker.Name, ""), (checker.Name, string.Join('\n', checker.Violations(Told.Named(told))))));

    [Fact]
    public void has_a_bad_history_each() => Assert.Equal(Checker.All.Select(c => c.Name).Order(), Bad.Keys.Order());

    [Theory, MemberData(nameof(Names))]
    public void finds_what_is_wrong(string name)
    {
        var checker = Checker.All.Single(c => c.Name == name);

        Assert.All(Bad[name], bad => Assert.NotEmpty(checker.Violations(bad)));
    }

    public static TheoryData<string> Names => [.. Checker.All.Select(c => c.Name)];

    private static readonly Dictionary<string, History[]> Bad = new()
    {
        ["lost"] =
        [
            Told.Good.With(jobs: []),
            Told.Good.With(callbacks: []),
            Told.Good.With(deliveries: []),
            Told.Good.With(deliveries: [Told.Delivery, Told.Delivery with { Id = "dlv_2" }]),
        ],
        ["removed"] = [Told.Good.With(jobs: []) with { Calls = [Told.Call with { Expires = true }], Requests = [Told.Request with { Answer = 500 }] }],
        ["unexpected"] =
        [
            Told.Good.With(jobs: [Told.Job, Told.Job with { Id = "job_2" }]),
            Told.Good.With(jobs: [Told.Job, Told.Job with { Id = "job_2", RedriveOf = "job_1" }]),
            Told.Good.With(events: []),
            Told.Good with { Requests = [Told.Request, Told.Request with { Number = 99, Id = "evt_job_9_1" }] },
        ],
        ["idempotent"] =
        [
            Told.Good with { Calls = [Told.Call, Told.Call with { Number = 2, JobId = "job_2" }] },
            Told.Good with { Calls = [Told.Call, Told.Call with { Number = 2, OtherBody = true }] },
            Told.Good.With(jobs: [Told.Job, Told.Job with { Id = "job_2" }]),
        ],
        ["witness"] =
        [
            Told.Good with { Requests = [] },
            Told.Good with { Requests = [Told.Request with { Answer = 500 }] },
            Told.Good with { Requests = [Told.Request with { IsVerified = false }] },
            Told.Good with { Requests = [Told.Request with { BodyHash = "another" }] },
        ],
        ["unrecorded"] = [Told.Good with { Requests = [Told.Request, Told.Request with { Number = 11 }] }],
        ["duplicated"] =
        [
            Told.Again,
            Told.Good.With(attempts: [Told.Attempt with { StatusCode = null, Error = "engine_lost" }, Told.Attempt with { Number = 2 }]),
        ],
        ["deduplicated"] = [Told.Good with { Handled = [new("evt_job_1_3", Told.At(3)), new("evt_job_1_3", Told.At(4))] }],
        ["bytes"] =
        [
            Told.Good with { Requests = [Told.Request with { BodyHash = "another" }] },
            Told.Good with { Requests = [Told.Request with { IsVerified = false }] },
            Told.Good with { Requests = [Told.Request with { Timestamp = Told.Request.Timestamp - 60 }] },
        ],
        ["transitions"] =
        [
            Told.Good.With(events: [Told.Event(1, 0), Told.Event(3, 6)]),
            Told.Good.With(events: [Told.Event(1, 0), Told.Event(2, 6), Told.Event(3, 1)]),
            Told.Good.With(events: [Told.Event(1, 0), Told.Event(2, 1), Told.Event(3, 7)]),
            Told.Good.With(jobs: [Told.Job with { Status = 1 }]),
            Told.Good.With(jobs: [Told.Job with { Fence = 2 }]),
            Told.Good.With(deliveries: [Told.Delivery with { Status = 2 }]),
            Told.Good.With(attempts: [Told.Attempt, Told.Attempt with { Number = 2 }]),
            Told.Good.With(attempts: [Told.Attempt with { StatusCode = 500 }]),
            Told.Good.With(attempts: [Told.Attempt, Told.Attempt with { Number = 2, Round = 2, StatusCode = 500 }]),
        ],
        ["fencing"] =
        [
            Told.Good.With(attempts: [Told.Attempt with { FinishedAt = null, StatusCode = null }, Told.Attempt with { Number = 2 }]),
            Told.Good.With(attempts: [Told.Attempt with { FinishedAt = Told.At(9) }, Told.Attempt with { Number = 2 }]),
            Told.Good with
            {
                Requests = [Told.Work with { Until = Told.At(9) }, Told.Work with { Number = 8, At = Told.At(3), Until = Told.At(4) }],
            },
        ],
        ["schedule"] =
        [
            Told.Good.With(attempts: [Told.Attempt with { StatusCode = 500, Error = "http_status" }, Told.Attempt with { Number = 2, StartedAt = Told.At(3.4) }]),
            Told.Good.With(attempts: [Told.Attempt with { StatusCode = 429, Error = "http_status" }, Told.Attempt with { Number = 2, StartedAt = Told.At(5.5) }]),
            Told.Good.With(attempts: [Told.Attempt with { StatusCode = null, Error = "timeout" }, Told.Attempt with { Number = 2, StartedAt = Told.At(4.5) }]),
            Told.Good.With(attempts: [Told.Attempt, Told.Attempt with { Number = 2, StartedAt = Told.At(60) }]),
            Told.Good.With(attempts: [.. Enumerable.Range(1, 4).Select(n => Told.Attempt with
            {
                Number = n, StatusCode = 500, Error = "http_status", StartedAt = Told.At(100 * n), FinishedAt = Told.At(100 * n),
            })]),
        ],
        ["given-up"] =
        [
            Told.GivenUp with { Requests = [Told.Request with { Answer = 500 }] },
            Told.GivenUp.With(deliveries: [Told.GivenUp.Audit.Deliveries[0] with { Reason = "retries_exhausted" }]),
            Told.GivenUp.With(deliveries: [Told.GivenUp.Audit.Deliveries[0] with { Reason = "refused_by_receiver" }]),
            Told.GivenUp.With(deliveries: [Told.GivenUp.Audit.Deliveries[0] with { Reason = "disabled_by_receiver" }]),
            Told.GivenUp.With(deliveries: [Told.GivenUp.Audit.Deliveries[0] with { Reason = "receiver_disabled" }]),
        ],
        ["heard"] =
        [
            Told.GivenUp.With(
                deliveries: [Told.GivenUp.Audit.Deliveries[0], Told.Delivery with { Id = "dlv_2", Seq = 1 }],
                attempts: [Told.GivenUp.Audit.Attempts[0], Told.Attempt with { DeliveryId = "dlv_2", StartedAt = Told.At(6), FinishedAt = Told.At(6.2) }]),
        ],
        ["ordered"] =
        [
            Told.Ordered.With(attempts: [Told.Attempt with { StartedAt = Told.At(2), FinishedAt = Told.At(2.1) }, Told.Attempt with { DeliveryId = "dlv_2", StartedAt = Told.At(4) }]),
            Told.Ordered.With(attempts: [Told.Attempt, Told.Attempt with { DeliveryId = "dlv_2", StartedAt = Told.At(2), FinishedAt = null }]),
        ],
        ["workers"] =
        [
            Told.Remote with { WorkerCalls = [.. Told.Remote.WorkerCalls, Told.Said(WorkerVerb.Heartbeat, 1, 20) with { Said = "9" }] },
            Told.Remote with { WorkerCalls = [.. Told.Remote.WorkerCalls, Told.Said(WorkerVerb.Complete, 1, 20)] },
            Told.Remote with { WorkerCalls = [.. Told.Remote.WorkerCalls, Told.Said(WorkerVerb.Claim, 2, 13) with { Worker = "worker-9", Said = "1" }] },
            Told.Remote with { WorkerCalls = [.. Told.Remote.WorkerCalls.Select(c => c is { Verb: WorkerVerb.Claim, Fence: 2 } ? c with { Said = null } : c)] },
            Told.Remote with { WorkerCalls = [.. Told.Remote.WorkerCalls.Select(c => c.Verb == WorkerVerb.Output ? c with { Said = "2" } : c)] },
            Told.Remote.With(events: [.. Told.Remote.Audit.Events.Select(e => e.Type == 3 ? e with { Said = "\"1.1\"" } : e)]),
            Told.Remote.With(jobs: [Told.Remote.Audit.Jobs[0] with { Status = 3 }]),
        ],
        ["results"] =
        [
            Told.Remote with { Results = [] },
            Told.Remote with { Results = [Told.Remote.Results[0] with { BodyHash = "another" }] },
            Told.Remote with { Results = [Told.Remote.Results[0] with { DigestHolds = false }] },
            Told.Remote with { Results = [Told.Remote.Results[0] with { Status = 410 }] },
            Told.Remote with { WorkerCalls = [] },
        ],
        ["readers"] =
        [
            Told.Good with { Seen = [Told.Seen(1), Told.Seen(3)] },
            Told.Good with { Seen = [Told.Seen(1), Told.Seen(2), Told.Seen(2), Told.Seen(3)] },
            Told.Good with { Seen = [Told.Seen(1), Told.Seen(2) with { BodyHash = "another" }, Told.Seen(3)] },
            Told.Good with { Seen = [Told.Seen(1), Told.Seen(2)] },
            Told.Good with { ReadThrough = [] },
        ],
        ["rotation"] =
        [
            Told.Good with { Secrets = [Told.Secret], Requests = [Told.Shared(60)] },
            Told.Good with { Secrets = [Told.Secret with { RetireAskedAt = Told.At(30), RetiredAt = Told.At(30) }], Requests = [Told.Shared(60, "sgk_1")] },
        ],
        ["held"] =
        [
            Told.Good.With(attempts: [Told.Attempt with { StartedAt = Told.At(30) }]) with
            {
                Calls =
                [
                    new() { Number = 4, Kind = CallKind.PauseReceiver, Subject = "healthy", Result = CallResult.Ok, From = Told.At(20), Until = Told.At(21) },
                    new() { Number = 5, Kind = CallKind.ResumeReceiver, Subject = "healthy", Result = CallResult.Ok, From = Told.At(40), Until = Told.At(41) },
                ],
            },
        ],
        ["replayed"] =
        [
            Told.Good.With(deliveries: [Told.Delivery with { Round = 2 }]),
            Told.Good with { Calls = [Told.Call, Told.Replay with { Kind = CallKind.Replay, Subject = "dlv_1" }] },
            Told.Good with { Calls = [Told.Call, Told.Replay] },
            Told.Replaying.With(replays: [Told.Many with { Replayed = 2 }]),
            Told.Replaying.With(replays: [Told.Many with { Status = 0 }]),
            Told.Replaying.With(replays: [Told.Many with { Status = 3 }]),
            Told.Replaying.With(replays: [Told.Many, Told.Many with { Id = "rpl_2", Replayed = 0 }]),
            Told.Replaying.With(deliveries: [Told.Delivery with { Round = 3 }]),
        ],
        ["told"] =
        [
            Told.Informed.With(events: [.. Told.Good.Audit.Events]),
            Told.Informed.With(events: [.. Told.Good.Audit.Events, Told.OfParked(2, "dlv_1")]),
            Told.Informed.With(events: [.. Told.Good.Audit.Events, Told.OfParked(1, "dlv_1"), Told.OfParked(2, "dlv_9")]),
        ],
        ["clocks"] =
        [
            Told.Good.With(jobs: [Told.Job with { CreatedAt = Told.At(300) }]),
            Told.Good.With(attempts: [Told.Attempt with { StartedAt = Told.At(-300) }]),
            Told.Good.With(jobs: [Told.Job with { CreatedAt = Told.At(5) }]) with { Calls = [Told.Call with { Key = null }] },
        ],
        ["rolling"] =
        [
            Told.Rolled with { Calls = [Told.Call with { Status = 500, From = Told.At(2), Until = Told.At(3) }] },
            Told.Rolled with { Calls = [Told.Call with { Status = null, Broke = Breakage.TookTooLong, From = Told.At(2), Until = Told.At(17) }] },
        ],
        ["exits"] =
        [
            Told.Good with { Exits = [new("api", Told.At(3), 0, Ending.ByItself)] },
            Told.Good with { Exits = [new("api", Told.At(3), 1, Ending.Told)] },
        ],
        ["readiness"] =
        [
            Told.Good with { Readiness = [new("api", Told.At(1), null, true, Told.At(5), Told.At(6))] },
            Told.Good with { Readiness = [new("api", Told.At(1), Told.At(2), false, Told.At(5), Told.At(6))] },
            Told.Good with { Readiness = [new("api", Told.At(1), Told.At(2), true, Told.At(5), null)] },
        ],
        ["liveness"] = [Told.Good with { Terms = Told.Good.Terms with { DoneAt = null } }],
        ["recovery"] =
        [
            Told.Good.With(attempts:
            [
                Told.Attempt with { StatusCode = null, Error = "engine_lost", StartedAt = Told.At(3), FinishedAt = Told.At(30) },
                Told.Attempt with { Number = 2, StartedAt = Told.At(30), FinishedAt = Told.At(30.1) },
            ]) with { Disturbances = [new(Harm.Kill, "engine1", Told.At(4), Told.At(5))] },
        ],
        ["resources"] =
        [
            Told.Good with { Usages = [new("api", Told.At(1), 2L << 30, 100, 20)] },
            Told.Good with { Usages = [new("api", Told.At(1), 1 << 20, 10_000, 20)] },
            Told.Good with { Usages = [new("api", Told.At(1), 1 << 20, 100, 1_000)] },
        ],
    };

    [Fact]
    public void takes_a_disturbance_for_the_cause_of_a_repeat()
    {
        var checker = Checker.All.Single(c => c.Name == "duplicated");
        var killed = Told.Again with { Disturbances = [new(Harm.Kill, "engine1", Told.At(3.5), Told.At(5))] };

        Assert.Empty(checker.Violations(killed));
    }

    [Fact]
    public void takes_a_replay_for_the_cause_of_a_repeat()
    {
        var checker = Checker.All.Single(c => c.Name == "duplicated");

        Assert.Empty(checker.Violations(Told.Again.With(attempts:
            [Told.Attempt, Told.Attempt with { Number = 2, Round = 2, StartedAt = Told.At(6), FinishedAt = Told.At(6.2) }])));
    }

    [Fact]
    public void takes_a_replay_for_the_cause_of_a_round()
    {
        var checker = Checker.All.Single(c => c.Name == "replayed");
        var call = new ClientCall { Number = 3, Kind = CallKind.Replay, Subject = "dlv_1", Result = CallResult.Ok, From = Told.At(4), Until = Told.At(4.1) };

        Assert.Empty(checker.Violations(Told.Good.With(deliveries: [Told.Delivery with { Round = 2 }]) with { Calls = [Told.Call, call] }));
    }
}
