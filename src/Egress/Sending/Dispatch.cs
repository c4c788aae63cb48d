namespace Egress;

/// <summary>What a request is doing.</summary>
internal enum Phase { Waiting, Resolving, Connecting, Securing, Reading }

/// <summary>
/// The request on its way, with its deadline and its stopwatch. <see cref="SocketsHttpHandler"/> hands the request that asked for a
/// connection to those who make it, so the marks get here without a lookup. A connection may come too late for its request, which
/// then went out on another one; such marks only tell what was tried.
/// </summary>
internal sealed class Dispatch : HttpRequestMessage
{
    private readonly TimeProvider time;
    private readonly long started;
    private readonly TimeSpan deadline;
    private long resolving;
    private long connecting;
    private long securing;
    private long ready;
    private long answered;
    private volatile Phase phase;

    public Dispatch(EgressRequest request, TimeSpan deadline, TimeProvider time) : base(request.Method, request.Url)
    {
        this.time = time;
        this.deadline = deadline;
        started = time.GetTimestamp();
        IsHttps = request.Url.Scheme == Uri.UriSchemeHttps;
        VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        Content = ContentOf(request);
        foreach (var (name, value) in request.Headers)
            Headers.TryAddWithoutValidation(name, value);
    }

    public bool IsHttps { get; }

    /// <summary>The time until the deadline, zero when it has passed.</summary>
    public TimeSpan Left
    {
        get
        {
            var left = deadline - time.GetElapsedTime(started);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public void Enter(Phase next)
    {
        if (phase == Phase.Reading) return;
        phase = next;
        var now = time.GetTimestamp();
        switch (next)
        {
            case Phase.Resolving: resolving = now; break;
            case Phase.Connecting: connecting = now; break;
            case Phase.Securing: securing = now; break;
            case Phase.Waiting: ready = now; break;
            case Phase.Reading: answered = now; break;
        }
    }

    public EgressException Timeout(Exception late) => new(EgressError.Timeout, TimeoutDetail, late);

    public string TimeoutDetail => phase switch
    {
        Phase.Resolving => "while_resolving",
        Phase.Connecting => "while_connecting",
        Phase.Securing => "while_securing",
        Phase.Reading => "while_reading",
        _ => "while_waiting",
    };

    public Durations Durations() => new(
        Between(resolving, connecting), Between(connecting, securing), Between(securing, ready),
        answered == 0 ? null : time.GetElapsedTime(started, answered), time.GetElapsedTime(started));

    private TimeSpan? Between(long from, long to) => from == 0 || to == 0 ? null : time.GetElapsedTime(from, to);

    /// <summary>
    /// Content, even if empty, keeps the handler from sending a request again by itself when a kept connection turns out to be dead.
    /// Only reading may be repeated like that.
    /// </summary>
    private static ReadOnlyMemoryContent? ContentOf(EgressRequest request)
    {
        if (request.Body.IsEmpty && (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head)) return null;
        var content = new ReadOnlyMemoryContent(request.Body);
        if (request.ContentType is not null) content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        return content;
    }
}
