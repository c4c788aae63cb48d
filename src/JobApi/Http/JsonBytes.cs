namespace JobApi.Http;

/// <summary>An answer whose JSON is there already.</summary>
internal sealed class JsonBytes(ReadOnlyMemory<byte> json, int status = StatusCodes.Status200OK) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        return response.Body.WriteAsync(json, httpContext.RequestAborted).AsTask();
    }
}
