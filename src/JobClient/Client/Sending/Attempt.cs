using Microsoft.Extensions.Options;
using Polly;

namespace Webhooks.Client.Sending;

/// <summary>
/// One attempt of a call: the wait before it, the send, and the whole body unless it is streamed, under one limit. The wait is here and not in
/// the policy, because the policy's own waits know no <see cref="TimeProvider"/>.
/// </summary>
internal sealed class Attempt(IOptions<JobClientOptions> options, TimeProvider time) : DelegatingHandler
{
    private const string WaitKey = "wait";

    public static void WaitFirst(Context context, TimeSpan wait) => context[WaitKey] = wait;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.GetPolicyExecutionContext() is { } context && context.Remove(WaitKey, out var wait))
            await Task.Delay((TimeSpan)wait, time, cancellationToken);
        using var limit = new CancellationTokenSource(options.Value.AttemptLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var answer = await base.SendAsync(request, either.Token);
            if (!request.Asks(Manner.Streamed) || !answer.IsSuccessStatusCode)
                await answer.Content.LoadIntoBufferAsync(either.Token);
            return answer;
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            // As a failure of the request it is transient, and so repeated like a lost connection.
            throw new HttpRequestException($"The service did not answer within {options.Value.AttemptLimit}.", late);
        }
    }
}
