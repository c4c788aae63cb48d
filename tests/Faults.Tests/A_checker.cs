using Faults.Checkers;
using Faults.Histories;

namespace Faults.Tests;

/// <summary>Each promise, broken by hand: a checker that stays green here would stay green when it counts.</summary>
public sealed class A_checker
{
    [Fact]
    public void finds_nothing_in_a_good_history() =>
        Assert.All(Checker.All, checker => Assert.Equal((checker.Name, ""), (checker.Name, string.Join('\n', checker.Violations(Told.Good)))));

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
            Told.Good.With(attempts: [Told.Attempt with { StatusCode = 429, Error = "http_status" }, Told.Attempt with { Number = 2, StartedAt = Told.At(4.5) }]),
            Told.Good.With(attempts: [Told.Attempt, Told.Attempt with { Number = 2, StartedAt = Told.At(60) }]),
            Told.Good.With(attempts: [.. Enumerable.Range(1, 4).Select(n => Told.Attempt with
            {
                Number = n, StatusCode = 500, Error = "http_status", StartedAt = Told.At(100 * n), FinishedAt = Told.At(100 * n),
            })]),
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
        var call = new ClientCall { Number = 3, Kind = CallKind.Replay, Subject = "dlv_1", Result = CallResult.Ok, From = Told.At(4), Until = Told.At(4.1) };

        Assert.Empty(checker.Violations(Told.Again with { Calls = [Told.Call, call] }));
    }
}
