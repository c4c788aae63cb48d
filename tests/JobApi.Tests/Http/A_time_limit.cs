using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using JobApi.Http;
using JobApi.Tests.Results;
using JobApi.Tests.Streams;
using JobApi.Workers;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace JobApi.Tests.Http;

public sealed class A_time_limit
{
    [Fact]
    public async Task Ends_a_request_whose_body_does_not_come_and_none_that_waits_as_it_was_asked_to()
    {
        await using var service = await Service.StartAsync(_ => { }, ("Api:RequestTimeout", "00:00:05"));
        var worker = await Worker.ClaimAsync(service);
        var id = await service.SubmitAsync();
        var polling = service.GetAsync($"/jobs/{id}?after=1", headers: ("Prefer", "wait=60"));
        await service.UntilWaitingAsync(1);
        var claiming = service.PostAsync("/worker/claims", """{"types":["other"],"wait_seconds":30}""");
        await UntilAsync(() => service.Get<ClaimDesk>().Waiting == 1);
        using var upload = new Part("all of it"u8.ToArray());
        var uploading = worker.UploadAsync(upload, "text/plain");
        await upload.Began;

        var answer = await SendHalfAsync(service);

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"request_timeout\"", answer, StringComparison.Ordinal);
        Assert.False(polling.IsCompleted);
        Assert.False(claiming.IsCompleted);
        upload.Finish();
        Assert.Equal(200, (await uploading).Status);
        await service.BeginAsync(id);
        Assert.Equal((200, "running"), ((await polling).Status, (await polling).Text("status")));
        service.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(204, (await claiming).Status);
    }

    [Fact]
    public async Task Need_not_be_over_where_the_database_is_known_to_be_away()
    {
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { Response = { Body = body } };

        await new ProblemAnswers(_ => throw new RetryLimitExceededException(), NullLogger<ProblemAnswers>.Instance).InvokeAsync(http);

        Assert.Equal((503, "1"), (http.Response.StatusCode, http.Response.Headers.RetryAfter.ToString()));
        Assert.Equal("unavailable", JsonDocument.Parse(body.ToArray()).RootElement.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Is_part_of_the_contract()
    {
        await using var service = await Service.StartAsync(_ => { });

        var responses = (await service.SendAsync(HttpMethod.Get, "/openapi/v1.json", null, key: null)).Json
            .GetProperty("paths").GetProperty("/jobs").GetProperty("post").GetProperty("responses");

        Assert.True(responses.TryGetProperty("408", out _));
        Assert.True(responses.TryGetProperty("503", out _));
    }

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("01:00:00")]
    public async Task Has_bounds(string limit)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => Service.StartAsync(_ => { }, ("Api:RequestTimeout", limit)));

        Assert.Contains("Api:RequestTimeout must be from 00:00:01 to 00:10:00.", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Half a request, and the answer to it, after which the service ends the connection.</summary>
    private static async Task<string> SendHalfAsync(Service service)
    {
        var stop = TestContext.Current.CancellationToken;
        using var socket = new TcpClient();
        await socket.ConnectAsync(service.Client.BaseAddress!.Host, service.Client.BaseAddress.Port, stop);
        await socket.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes(
                "POST /jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n"
                + $"Authorization: Bearer {Service.AdminKey}\r\n\r\n{{\"type\":"),
            stop);
        using var reader = new StreamReader(socket.GetStream());
        var answer = new StringBuilder();
        while (await reader.ReadLineAsync(stop) is { } line)
            if (answer.AppendLine(line).ToString().Contains('}', StringComparison.Ordinal))
                break;
        return answer.ToString();
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!isSo())
            await pause.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A body whose first byte comes, and the rest when it is told to.</summary>
    private sealed class Part(byte[] bytes) : HttpContent
    {
        private readonly TaskCompletionSource _began = new();
        private readonly TaskCompletionSource _finish = new();

        public Task Began => _began.Task;

        public void Finish() => _finish.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(bytes.AsMemory(0, 1));
            await stream.FlushAsync();
            _began.SetResult();
            await _finish.Task;
            await stream.WriteAsync(bytes.AsMemory(1));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }
}
