using System.Text;

namespace DeliveryEngine.Tests.Stage;

/// <summary>A request as it arrived.</summary>
internal sealed record Received(
    string Method, string Path, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body, DateTimeOffset At)
{
    public string? Header(string name) => Headers.SingleOrDefault(h => h.Key == name).Value;

    public string WebhookId => Header("webhook-id")!;
}

/// <summary>What a receiver answers.</summary>
internal sealed record Answer(int Status, byte[] Body, params (string Name, string Value)[] Headers)
{
    public Answer(int status, params (string Name, string Value)[] headers)
        : this(status, [], headers)
    {
    }

    public Answer(int status, string body)
        : this(status, Encoding.UTF8.GetBytes(body))
    {
    }
}

/// <summary>One receiver. It answers 200 to everything until it is told otherwise.</summary>
internal sealed class Listener(string url, Gauge everywhere)
{
    private readonly Lock _lock = new();
    private readonly Gauge _here = new();
    private readonly List<Received> _requests = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _awaited = [];
    private Func<Received, Task<Answer>> _answer = _ => Task.FromResult(new Answer(200));
    private TaskCompletionSource? _held;

    public string Url => url;

    /// <summary>Closes every connection instead of answering.</summary>
    public bool HangsUp { get; set; }

    /// <summary>The most requests that were here at the same time.</summary>
    public int MostAtOnce => _here.Most;

    /// <summary>What has arrived, in order.</summary>
    public IReadOnlyList<Received> Requests
    {
        get
        {
            lock (_lock)
                return [.. _requests];
        }
    }

    public void Answers(int status, params (string Name, string Value)[] headers) => Answers(_ => new Answer(status, headers));

    public void Answers(Func<Received, Answer> answer) => Answers(received => Task.FromResult(answer(received)));

    public void Answers(Func<Received, Task<Answer>> answer) => _answer = answer;

    /// <summary>From now on requests arrive and get no answer until <see cref="LetGo"/>.</summary>
    public void Hold() => _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Answers what hangs, and from now on everything at once.</summary>
    public void LetGo() => AnswerOthers().SetResult();

    /// <summary>What hangs goes on hanging until the result is set; from now on everything else is answered at once.</summary>
    public TaskCompletionSource AnswerOthers()
    {
        var held = _held!;
        _held = null;
        return held;
    }

    /// <summary>Completes when so many requests have arrived since the beginning.</summary>
    public Task ArrivedAsync(int count, CancellationToken patience)
    {
        lock (_lock)
        {
            if (_requests.Count >= count)
                return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((count, reached));
            return reached.Task.WaitAsync(patience);
        }
    }

    public async Task<Answer> ReceiveAsync(Received request)
    {
        Enter(request);
        try
        {
            if (_held is { } held)
                await held.Task;
            return await _answer(request);
        }
        finally
        {
            _here.Leave();
            everywhere.Leave();
        }
    }

    private void Enter(Received request)
    {
        everywhere.Enter();
        _here.Enter();
        lock (_lock)
        {
            _requests.Add(request);
            foreach (var (count, reached) in _awaited)
                if (_requests.Count >= count)
                    reached.TrySetResult();
        }
    }
}
