using Microsoft.EntityFrameworkCore.Storage;
using Storage.Sql;

namespace Storage.Tests.Sql;

public sealed class Group_commit
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gathers_what_waits_while_a_commit_runs_and_answers_each_its_own()
    {
        var table = new Table();
        await using var commits = new GroupCommit<int, int>(table.WriteAsync, most: 3);

        var first = commits.CommitAsync(0, _stop);
        await table.Begun;
        var others = Ask(commits, 1, 7);
        table.Go();

        Assert.Equal(0, await first);
        Assert.Equal((int[])[10, 20, 30, 40, 50, 60, 70], await Task.WhenAll(others));
        Assert.Equal([[0], [1, 2, 3], [4, 5, 6], [7]], table.Batches);
    }

    [Fact]
    public async Task Lets_a_poisoned_entry_fail_alone()
    {
        var table = new Table { Fault = batch => batch.Contains(3) ? new InvalidDataException() : null };
        await using var commits = new GroupCommit<int, int>(table.WriteAsync, most: 100);

        var first = commits.CommitAsync(0, _stop);
        await table.Begun;
        var others = Ask(commits, 1, 5);
        table.Go();

        await Assert.ThrowsAsync<InvalidDataException>(() => others[2]);
        others.RemoveAt(2);
        Assert.Equal((int[])[10, 20, 40, 50], await Task.WhenAll(others));
        Assert.Equal(0, await first);
        Assert.Equal(60, await commits.CommitAsync(6, _stop));
    }

    [Fact]
    public async Task Leaves_out_what_was_withdrawn_before_its_turn()
    {
        var table = new Table();
        await using var commits = new GroupCommit<int, int>(table.WriteAsync, most: 100);
        using var gone = new CancellationTokenSource();

        var first = commits.CommitAsync(0, gone.Token);
        await table.Begun;
        var (second, third) = (commits.CommitAsync(1, gone.Token), commits.CommitAsync(2, _stop));
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first); // under way: done, but its caller doesn't wait
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        table.Go();
        Assert.Equal(20, await third);
        Assert.Equal([[0], [2]], table.Batches);
    }

    [Fact]
    public async Task Leaves_out_what_was_withdrawn_while_its_batch_failed()
    {
        using var gone = new CancellationTokenSource();
        var table = new Table { Fault = batch => batch.Contains(3) ? new InvalidDataException() : null };
        await using var commits = new GroupCommit<int, int>(table.WriteAsync, most: 100);

        var first = commits.CommitAsync(0, _stop);
        await table.Begun;
        var (second, third) = (commits.CommitAsync(2, gone.Token), commits.CommitAsync(3, _stop));
        table.Failing = gone.Cancel;
        table.Go();

        Assert.Equal(0, await first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await Assert.ThrowsAsync<InvalidDataException>(() => third);
        Assert.Equal([[0], [2, 3], [3]], table.Batches);
    }

    [Fact]
    public async Task Asks_a_database_that_is_away_once_for_all()
    {
        var table = new Table { Fault = batch => batch.Contains(0) ? null : new RetryLimitExceededException() };
        await using var commits = new GroupCommit<int, int>(table.WriteAsync, most: 100);

        var first = commits.CommitAsync(0, _stop);
        await table.Begun;
        var others = Ask(commits, 1, 5);
        table.Go();

        Assert.Equal(0, await first);
        foreach (var other in others)
            await Assert.ThrowsAsync<RetryLimitExceededException>(() => other);
        Assert.Equal([[0], [1, 2, 3, 4, 5]], table.Batches);
    }

    [Fact]
    public async Task Writes_what_was_asked_for_before_it_is_disposed_and_nothing_after()
    {
        var table = new Table();
        var commits = new GroupCommit<int, int>(table.WriteAsync, most: 2);
        var asked = Ask(commits, 0, 9);
        await table.Begun;

        var disposing = commits.DisposeAsync().AsTask();
        Assert.False(disposing.IsCompleted);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => commits.CommitAsync(9, _stop));
        table.Go();
        await disposing;

        Assert.Equal(Enumerable.Range(0, 9), table.Batches.SelectMany(batch => batch));
        Assert.Equal(Enumerable.Range(0, 9).Select(entry => entry * 10), await Task.WhenAll(asked));
    }

    private List<Task<int>> Ask(GroupCommit<int, int> commits, int first, int count) =>
        [.. Enumerable.Range(first, count).Select(entry => commits.CommitAsync(entry, _stop))];

    /// <summary>Takes nothing until it may, then answers each entry ten times.</summary>
    private sealed class Table
    {
        private readonly TaskCompletionSource _begun = new();
        private readonly TaskCompletionSource _go = new();

        /// <summary>What it was asked to write.</summary>
        public List<int[]> Batches { get; } = [];

        public Func<IReadOnlyList<int>, Exception?> Fault { get; init; } = _ => null;

        /// <summary>Called before a batch fails.</summary>
        public Action Failing { get; set; } = () => { };

        /// <summary>The first batch has come.</summary>
        public Task Begun => _begun.Task;

        public void Go() => _go.SetResult();

        public async Task<IReadOnlyList<int>> WriteAsync(IReadOnlyList<int> batch)
        {
            Batches.Add([.. batch]);
            _begun.TrySetResult();
            await _go.Task;
            if (Fault(batch) is not { } fault)
                return [.. batch.Select(entry => entry * 10)];
            Failing();
            throw fault;
        }
    }
}
