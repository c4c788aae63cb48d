using Microsoft.EntityFrameworkCore.Storage;
using Storage.Sql;

namespace Storage.Tests.Sql;

public sealed class Group_commit
{
    [Fact]
    public async Task Gathers_what_waits_while_a_commit_runs_and_answers_each_its_own()
    {
        var batches = new List<int[]>();
        var (running, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var commits = new GroupCommit<int, string>(
            async batch =>
            {
                batches.Add([.. batch]);
                running.TrySetResult();
                await go.Task;
                return [.. batch.Select(entry => $"answer {entry}")];
            },
            most: 3);

        var first = commits.CommitAsync(0, TestContext.Current.CancellationToken);
        await running.Task;
        var others = Enumerable.Range(1, 7).Select(entry => commits.CommitAsync(entry)).ToList();
        go.SetResult();

        Assert.Equal("answer 0", await first);
        Assert.Equal(Enumerable.Range(1, 7).Select(entry => $"answer {entry}"), await Task.WhenAll(others));
        Assert.Equal([[0], [1, 2, 3], [4, 5, 6], [7]], batches);
    }

    [Fact]
    public async Task Lets_a_poisoned_entry_fail_alone()
    {
        var (running, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var commits = new GroupCommit<int, int>(
            async batch =>
            {
                running.TrySetResult();
                await go.Task;
                return batch.Contains(3) ? throw new InvalidDataException() : [.. batch.Select(entry => entry * 10)];
            },
            most: 100);

        var first = commits.CommitAsync(0, TestContext.Current.CancellationToken);
        await running.Task;
        var others = Enumerable.Range(1, 5).Select(entry => commits.CommitAsync(entry)).ToList();
        go.SetResult();

        await Assert.ThrowsAsync<InvalidDataException>(() => others[2]);
        others.RemoveAt(2);
        var answers = await Task.WhenAll(others);
        Assert.Equal([10, 20, 40, 50], answers);
        Assert.Equal(0, await first);
        Assert.Equal(60, await commits.CommitAsync(6, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Leaves_out_what_was_withdrawn_before_its_turn()
    {
        var batches = new List<int[]>();
        var (running, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var commits = new GroupCommit<int, int>(
            async batch =>
            {
                batches.Add([.. batch]);
                running.TrySetResult();
                await go.Task;
                return [.. batch];
            },
            most: 100);
        using var gone = new CancellationTokenSource();

        var first = commits.CommitAsync(0, gone.Token);
        await running.Task;
        var (second, third) = (commits.CommitAsync(1, gone.Token), commits.CommitAsync(2, TestContext.Current.CancellationToken));
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first); // under way: done, but its caller doesn't wait
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        go.SetResult();
        Assert.Equal(2, await third);
        Assert.Equal([[0], [2]], batches);
    }

    [Fact]
    public async Task Asks_a_database_that_is_away_once_for_all()
    {
        var batches = new List<int[]>();
        var (running, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var commits = new GroupCommit<int, int>(
            async batch =>
            {
                batches.Add([.. batch]);
                running.TrySetResult();
                await go.Task;
                return batch.Contains(0) ? [.. batch] : throw new RetryLimitExceededException();
            },
            most: 100);

        var first = commits.CommitAsync(0, TestContext.Current.CancellationToken);
        await running.Task;
        var others = Enumerable.Range(1, 5).Select(entry => commits.CommitAsync(entry, TestContext.Current.CancellationToken)).ToList();
        go.SetResult();

        Assert.Equal(0, await first);
        foreach (var other in others)
            await Assert.ThrowsAsync<RetryLimitExceededException>(() => other);
        Assert.Equal([[0], [1, 2, 3, 4, 5]], batches);
    }

    [Fact]
    public async Task Writes_what_was_asked_for_before_it_is_disposed_and_nothing_after()
    {
        var (running, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var commits = new GroupCommit<int, int>(
            async batch =>
            {
                running.TrySetResult();
                await go.Task;
                return [.. batch];
            },
            most: 2);
        var asked = Enumerable.Range(0, 9).Select(entry => commits.CommitAsync(entry)).ToList();
        await running.Task;

        var disposing = commits.DisposeAsync().AsTask();
        Assert.False(disposing.IsCompleted);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => commits.CommitAsync(9, TestContext.Current.CancellationToken));
        go.SetResult();
        await disposing;

        Assert.Equal(Enumerable.Range(0, 9), await Task.WhenAll(asked));
    }
}
