using Fixtures;
using Webhooks.Contract;

namespace EndToEnd.Running.Workers;

/// <summary>
/// What happens to a worker on a bad day: it counts, is canceled, is killed, is stalled for longer than its lease, and is stopped. All languages
/// live through it at the same time against one service, so that the leases which have to run out do so together.
/// </summary>
public sealed class WorkDay : IAsyncLifetime
{
    private readonly CancellationTokenSource _patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, Story> _stories = [];
    private RunningService? _service;

    internal Programs Programs { get; private set; } = null!;

    internal Story Of(string language) => _stories[language];

    public async ValueTask InitializeAsync()
    {
        _patience.CancelAfter(TimeSpan.FromMinutes(3)); // what never happens fails the tests instead of hanging the run
        _service = await RunningService.StartAsync(FreePort.Find(), null, _patience.Token);
        Programs = new(_service, _folder, _patience.Token);
        var programs = Programs.RunAsync();
        foreach (var story in await Task.WhenAll(Language.All.Select(LiveAsync)))
            _stories[story.Language.Name] = story;
        await programs;
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
            await _service.DisposeAsync();
        _folder.Dispose();
        _patience.Dispose();
    }

    private async Task<Story> LiveAsync(Language language)
    {
        var key = await _service!.Client.Keys.CreateAsync(new CreateKey { Name = language.Name, Role = "worker", Types = [language.Type] }, _patience.Token);
        await using var story = new Story(language, _service, key.Key!.Reveal(), _folder, _patience.Token);
        await story.CountAsync(Repository.PathOf("LICENSE"));
        await story.CancelAsync();
        await story.CrashAndStallAsync();
        await story.StopAsync();
        return story;
    }
}
