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

        var first = commits.CommitAsync(0);
        await running.Task;
        var others = Enumerable.Range(1, 7).Select(commits.CommitAsync).ToList();
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

        var first = commits.CommitAsync(0);
        await running.Task;
        var others = Enumerable.Range(1, 5).Select(commits.CommitAsync).ToList();
        go.SetResult();

        await Assert.ThrowsAsync<InvalidDataException>(() => others[2]);
        others.RemoveAt(2);
        var answers = await Task.WhenAll(others);
        Assert.Equal([10, 20, 40, 50], answers);
        Assert.Equal(0, await first);
        Assert.Equal(60, await commits.CommitAsync(6));
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
        var asked = Enumerable.Range(0, 9).Select(commits.CommitAsync).ToList();
        await running.Task;

        var disposing = commits.DisposeAsync().AsTask();
        Assert.False(disposing.IsCompleted);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => commits.CommitAsync(9));
        go.SetResult();
        await disposing;

        Assert.All(asked, task => Assert.True(task.IsCompletedSuccessfully));
    }
}
