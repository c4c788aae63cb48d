using Storage;
using Storage.Jobs;
using Storage.Jobs.Claims;
using Storage.Tenants;
using Storage.Waking;
using Storage.Workers;

namespace JobApi.Workers;

/// <summary>
/// Where everybody who wants jobs of this process waits, remote workers and its own handlers alike. One turn at a time claims for all of them in
/// one transaction, first come, first served. Between turns nothing happens: a turn follows a new claim, a ring, or the time at which the
/// next job becomes due.
/// </summary>
internal sealed partial class ClaimDesk : IDisposable
{
    /// <summary>
    /// What others held while we looked, they may have left: a turn that leaves somebody waiting is followed by one more, this much later.
    /// </summary>
    private static readonly TimeSpan SecondLook = TimeSpan.FromMilliseconds(50);

    /// <summary>How often to look, while somebody waits, when nobody tells us of what other processes commit.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly JobClaims _claims;
    private readonly WorkerBook _book;
    private readonly TimeProvider _clock;
    private readonly ILogger<ClaimDesk> _logger;
    private readonly Bell _bell;
    private readonly Announcer _announcer;
    private readonly ITimer _timer;
    private readonly CancellationTokenRegistration _closing;
    private readonly Lock _gate = new();
    private readonly LinkedList<WaitingClaim> _waiting = [];
    private Task _turns = Task.CompletedTask;
    private bool _isTurning;
    private bool _isAsked;
    private bool _isClosed;
    private long _handedOut;
    private bool _isLooking;
    private DateTimeOffset _lookAt = DateTimeOffset.MaxValue;

    public ClaimDesk(
        JobClaims claims, WorkerBook book, Bells bells, Announcer announcer, IHostApplicationLifetime lifetime, TimeProvider clock,
        ILogger<ClaimDesk> logger)
    {
        (_claims, _book, _bell, _announcer, _clock, _logger) = (claims, book, bells.Jobs, announcer, clock, logger);
        _bell.Rung += Ring;
        _timer = clock.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _closing = lifetime.ApplicationStopping.Register(Close);
    }

    /// <summary>How many claims wait now.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

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
        lock (_gate)
        {
            if (_isClosed || stop.IsCancellationRequested)
                return [];
            claim.LeavesNext = wait == TimeSpan.Zero;
            claim.Place = _waiting.AddLast(claim);
        }
        await using var end = wait > TimeSpan.Zero ? _clock.CreateTimer(_ => Leave(claim), null, wait, Timeout.InfiniteTimeSpan) : null;
        await using var gone = stop.UnsafeRegister(_ => Leave(claim), null);
        Ring();
        return await claim.Given.Task;
    }

    /// <summary>There may be jobs: asks for a turn.</summary>
    public void Ring()
    {
        lock (_gate)
        {
            _isAsked = true;
            if (_isTurning || _waiting.Count == 0)
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
    public IReadOnlyCollection<Id<ApiKey>> LookAround()
    {
        lock (_gate)
        {
            foreach (var claim in _waiting)
                claim.Tell(_book);
            return [.. _waiting.Where(c => c.Key is not null).Select(c => c.Key!.Value).Distinct()];
        }
    }

    /// <summary>Ends the claims that wait with a key which isn't good any more.</summary>
    public void TurnAway(Id<ApiKey> key)
    {
        WaitingClaim[] theirs;
        lock (_gate)
            theirs = [.. _waiting.Where(c => c.Key == key)];
        foreach (var claim in theirs)
        {
            claim.IsTurnedAway = true;
            Leave(claim);
        }
    }

    public void Dispose()
    {
        _bell.Rung -= Ring;
        _closing.Dispose();
        _timer.Dispose();
    }

    private void Close()
    {
        WaitingClaim[] all;
        lock (_gate)
        {
            _isClosed = true;
            all = [.. _waiting];
        }
        foreach (var claim in all)
            Leave(claim);
    }

    /// <summary>At once, or at the end of the turn that claims for it.</summary>
    private void Leave(WaitingClaim claim)
    {
        lock (_gate)
        {
            claim.LeavesNext = true;
            if (!claim.IsInTurn)
                Remove(claim, []);
        }
    }

    private void Remove(WaitingClaim claim, IReadOnlyList<Job> jobs)
    {
        if (claim.Place?.List is not null)
            _waiting.Remove(claim.Place);
        claim.Given.TrySetResult(jobs);
    }

    private async Task TurnAsync()
    {
        while (Begin() is { } turn)
        {
            var round = await TryClaimAsync(turn.Claims);
            End(turn.Claims, round);
            if (round is not null && Waiting > 0)
                await PlanNextLookAsync(turn.IsLook);
        }
    }

    private (WaitingClaim[] Claims, bool IsLook)? Begin()
    {
        lock (_gate)
        {
            if (!_isAsked || _waiting.Count == 0)
            {
                _isTurning = false;
                return null;
            }
            var isLook = _isLooking;
            _isAsked = _isLooking = false;
            foreach (var claim in _waiting)
                claim.IsInTurn = true;
            return ([.. _waiting], isLook);
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

    private void End(WaitingClaim[] claims, ClaimRound? round)
    {
        lock (_gate)
        {
            for (var i = 0; i < claims.Length; i++)
            {
                var jobs = round?.Given[i] ?? [];
                claims[i].IsInTurn = false;
                _handedOut += jobs.Count;
                if (jobs.Count > 0 || claims[i].LeavesNext)
                    Remove(claims[i], jobs);
            }
            _isAsked |= round is { MayBeMore: true };
        }
        foreach (var job in round?.Given.SelectMany(jobs => jobs) ?? [])
            _book.Holds(job);
    }

    /// <summary>
    /// Once more soon; and when that left somebody waiting too, at the time at which the next job becomes due. After a turn that failed, the beat.
    /// </summary>
    private async Task PlanNextLookAsync(bool wasLook)
    {
        var now = _clock.GetUtcNow();
        if (!wasLook)
            LookAt(now, now + SecondLook);
        else if (!_announcer.HearsAll)
            LookAt(now, now + Poll);
        else if (await TryFindNextDueAsync(now) is { } due)
            LookAt(now, due);
    }

    private void LookAt(DateTimeOffset now, DateTimeOffset time)
    {
        lock (_gate)
        {
            if (time >= _lookAt)
                return;
            _lookAt = time;
            var wait = time - now;
            _timer.Change(wait < Shortest ? Shortest : wait > Longest ? Longest : wait, Timeout.InfiniteTimeSpan);
        }
    }

    private void Look()
    {
        lock (_gate)
            (_isLooking, _lookAt) = (true, DateTimeOffset.MaxValue);
        Ring();
    }

    private async Task<DateTimeOffset?> TryFindNextDueAsync(DateTimeOffset now)
    {
        try
        {
            WaitingClaim[] claims;
            lock (_gate)
                claims = [.. _waiting];
            return await _claims.NextDueAsync([.. claims.Select(c => c.Wish)], now, CancellationToken.None);
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
