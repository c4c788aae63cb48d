using Storage;
using Storage.Jobs;
using Storage.Jobs.Claims;
using Storage.Tenants;
using Storage.Waking;
using Storage.Workers;

namespace JobApi.Workers;

/// <summary>
/// Where everybody who wants jobs of this process waits, remote workers and its own handlers alike. One turn at a time claims for all of them in
/// one transaction, first come, first served. Between turns nothing happens: a turn follows a ring, the time at which the next job becomes due, or
/// a new claim that wants what the last turn did not look for.
/// </summary>
internal sealed partial class ClaimDesk : IDisposable
{
    /// <summary>
    /// What others held while we looked, they may have left: a turn that leaves somebody waiting is followed by one more, this much later.
    /// </summary>
    private static readonly TimeSpan SecondLook = TimeSpan.FromMilliseconds(50);

    /// <summary>How many who wait are compared with a new claim: they mostly want the same.</summary>
    private const int MostUnserved = 64;

    /// <summary>How often to look, while somebody waits, when nobody tells us of what other processes commit.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    private readonly JobClaims _claims;
    private readonly WorkerBook _book;
    private readonly TimeProvider _clock;
    private readonly ILogger<ClaimDesk> _logger;
    private readonly Bell _bell;
    private readonly Announcer _announcer;
    private readonly Alarm _alarm;
    private readonly CancellationTokenRegistration _closing;
    private readonly WaitingLine _line;
    private readonly Lock _gate = new();
    private Task _turns = Task.CompletedTask;
    private bool _isTurning;
    private bool _isAsked;
    private bool _isLooking;
    private ClaimWish[] _unserved = [];
    private long _handedOut;

    public ClaimDesk(
        JobClaims claims, WorkerBook book, Bells bells, Announcer announcer, IHostApplicationLifetime lifetime, TimeProvider clock,
        ILogger<ClaimDesk> logger)
    {
        (_claims, _book, _bell, _announcer, _clock, _logger) = (claims, book, bells.Jobs, announcer, clock, logger);
        _line = new(book);
        _alarm = new(clock, Look);
        _bell.Rung += Ring;
        _closing = lifetime.ApplicationStopping.Register(_line.Close);
    }

    /// <summary>How many claims wait now.</summary>
    public int Waiting => _line.Count;

    /// <summary>
    /// Claims what is there, or else waits for a first job. Ends empty when the wait is over, the caller goes away, its key is revoked or the process
    /// stops. A caller who goes away may still get jobs that were claimed just then: it gives them back.
    /// </summary>
    /// <param name="claim">Who wants what.</param>
    /// <param name="wait">Zero: only what is there. <see cref="Timeout.InfiniteTimeSpan"/>: for as long as the caller waits.</param>
    /// <param name="stop">The caller goes away.</param>
    public async Task<IReadOnlyList<Job>> ClaimAsync(WaitingClaim claim, TimeSpan wait, CancellationToken stop)
    {
        claim.Tell(_book);
        claim.LeavesNext = wait == TimeSpan.Zero;
        if (stop.IsCancellationRequested || !_line.TryJoin(claim))
            return [];
        await using var end = wait > TimeSpan.Zero ? _clock.CreateTimer(_ => _line.Leave(claim), null, wait, Timeout.InfiniteTimeSpan) : null;
        await using var gone = stop.UnsafeRegister(_ => _line.Leave(claim), null);
        if (wait == TimeSpan.Zero || !IsKnownToBeEmpty(claim.Wish))
            Ring();
        return await claim.Given.Task;
    }

    /// <summary>There may be jobs: asks for a turn.</summary>
    public void Ring()
    {
        lock (_gate)
        {
            _isAsked = true;
            _unserved = [];
            if (_isTurning || _line.Count == 0)
                return;
            _isTurning = true;
            _turns = Task.Run(TurnAsync);
        }
    }

    /// <summary>A ring, and the end of the turns that it leads to.</summary>
    public Task RunOnceAsync()
    {
        Ring();
        return IdleAsync();
    }

    /// <summary>The end of the turns that are under way.</summary>
    public Task IdleAsync()
    {
        lock (_gate)
            return _turns;
    }

    /// <summary>Each second: who waits is still there. Answers the keys that they wait with.</summary>
    public IReadOnlyCollection<Id<ApiKey>> LookAround() => _line.LookAround();

    /// <summary>Ends the claims that wait with a key which isn't good any more.</summary>
    public void TurnAway(Id<ApiKey> key) => _line.TurnAway(key);

    public void Dispose()
    {
        _bell.Rung -= Ring;
        _closing.Dispose();
        _alarm.Dispose();
    }

    private async Task TurnAsync()
    {
        while (Begin() is { } turn)
        {
            var round = await TryClaimAsync(turn.Claims);
            var unserved = End(turn.Claims, round);
            if (round is null || Waiting == 0)
                continue;
            await PlanNextLookAsync(turn.IsLook, unserved);
            Remember(unserved);
        }
    }

    private (WaitingClaim[] Claims, bool IsLook)? Begin()
    {
        lock (_gate)
        {
            if (!_isAsked || _line.BeginTurn() is not { Length: > 0 } claims)
            {
                _isTurning = false;
                return null;
            }
            var isLook = _isLooking;
            _isAsked = _isLooking = false;
            return (claims, isLook);
        }
    }

    private async Task<ClaimRound?> TryClaimAsync(WaitingClaim[] claims)
    {
        try
        {
            return await _claims.ClaimAsync([.. claims.Select(c => c.Wish)], _handedOut, CancellationToken.None);
        }
        catch (Exception error)
        {
            Log.TurnFailed(_logger, error);
            foreach (var claim in claims.Where(c => c.LeavesNext))
                claim.Given.TrySetException(error);
            return null;
        }
    }

    /// <summary>Answers who would take more of what is not there.</summary>
    private ClaimWish[] End(WaitingClaim[] claims, ClaimRound? round)
    {
        _line.EndTurn(claims, i => round?.Given[i] ?? []);
        if (round is { MayBeMore: true })
            Ask();
        foreach (var job in round?.Given.SelectMany(jobs => jobs) ?? [])
        {
            _handedOut++;
            _book.Holds(job);
        }
        return [.. claims.Where((_, i) => round?.Given[i].Count == 0).Select(c => c.Wish)];
    }

    private void Ask()
    {
        lock (_gate)
            _isAsked = true;
    }

    /// <summary>
    /// There is nothing for these, unless something came since the turn began: it rang. When the next will come is known, so whoever wants no more than
    /// they do just waits along. Without that, each worker that is done with a job would cost a transaction that finds nothing, and the next
    /// job would wait for its end.
    /// </summary>
    private void Remember(ClaimWish[] unserved)
    {
        lock (_gate)
            if (!_isAsked)
                _unserved = unserved.Length > MostUnserved ? unserved[..MostUnserved] : unserved;
    }

    private bool IsKnownToBeEmpty(ClaimWish wish)
    {
        lock (_gate)
            return _announcer.HearsAll && _unserved.Any(other => other.Covers(wish));
    }

    /// <summary>
    /// Once more soon; and when that left somebody waiting too, at the time at which the next job becomes due. After a turn that failed, the beat.
    /// </summary>
    private async Task PlanNextLookAsync(bool wasLook, ClaimWish[] unserved)
    {
        var now = _clock.GetUtcNow();
        if (!wasLook)
            _alarm.Set(now, now + SecondLook);
        else if (!_announcer.HearsAll)
            _alarm.Set(now, now + Poll);
        else if (await TryFindNextDueAsync(unserved, now) is { } due)
            _alarm.Set(now, due);
    }

    private void Look()
    {
        lock (_gate)
            _isLooking = true;
        Ring();
    }

    private async Task<DateTimeOffset?> TryFindNextDueAsync(ClaimWish[] unserved, DateTimeOffset now)
    {
        try
        {
            return await _claims.NextDueAsync(unserved, now, CancellationToken.None);
        }
        catch (Exception error)
        {
            Log.TurnFailed(_logger, error);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A turn of the claim desk failed; the next beat tries again.")]
        public static partial void TurnFailed(ILogger logger, Exception error);
    }
}
