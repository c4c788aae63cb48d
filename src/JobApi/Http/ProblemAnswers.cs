using Microsoft.EntityFrameworkCore.Storage;

namespace JobApi.Http;

/// <summary>
/// Makes every error a problem document: what handlers throw, what the framework refuses before a handler runs, and addresses that
/// nobody serves. A stack trace goes to the log and nowhere else.
/// </summary>
internal sealed partial class ProblemAnswers(RequestDelegate next, ILogger<ProblemAnswers> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException error)
        {
            await AnswerAsync(context, error.StatusCode);
            return;
        }
        catch (RetryLimitExceededException error)
        {
            Log.DatabaseAway(logger, error, context.Request.Method, context.GetEndpoint()?.DisplayName);
            await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable);
            return;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (Exception error)
        {
            Log.Failed(logger, error, context.Request.Method, context.GetEndpoint()?.DisplayName);
            await AnswerAsync(context, StatusCodes.Status500InternalServerError);
            return;
        }
        if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null })
        {
            context.Response.Headers.XContentTypeOptions = "nosniff"; // the time limit clears what was there
            await Problem.OfStatus(context.Response.StatusCode).ExecuteAsync(context);
        }
    }

    private static async Task AnswerAsync(HttpContext context, int status)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }
        context.Response.Clear();
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await Problem.OfStatus(status).ExecuteAsync(context);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A request failed: {Method} {Route}.")]
        public static partial void Failed(ILogger logger, Exception error, string method, string? route);

        [LoggerMessage(2, LogLevel.Error, "A request failed, since the database does not answer: {Method} {Route}.")]
        public static partial void DatabaseAway(ILogger logger, Exception error, string method, string? route);
    }
}
