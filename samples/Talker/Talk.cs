using Webhooks.Handlers;

namespace Talker;

/// <summary>What to say: so many pieces, with a pause before each.</summary>
/// <param name="Pieces">How many outputs.</param>
/// <param name="PauseMs">Milliseconds before each; 0 says all at once.</param>
public sealed record Speech(int Pieces, int PauseMs);

/// <summary>Jobs of type <c>talk</c>: <c>{"pieces":48,"pause_ms":50}</c>.</summary>
public sealed class Talk : IJobHandler<Speech, int>
{
    /// <inheritdoc/>
    public async Task<int> RunAsync(Speech input, JobContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        using var pause = input.PauseMs > 0 ? new PeriodicTimer(TimeSpan.FromMilliseconds(input.PauseMs)) : null;
        var said = new List<Task>();
        for (var piece = 1; piece <= input.Pieces; piece++)
        {
            if (pause is not null)
                await pause.WaitForNextTickAsync(context.Stop);
            // Not awaited one by one: they are written in this order all the same, many in one transaction.
            said.Add(context.OutputAsync(new { piece, text = $"piece {piece} of {input.Pieces}, " }));
        }
        await Task.WhenAll(said);
        return input.Pieces;
    }
}
