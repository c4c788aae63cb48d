using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Client;
using Webhooks.Contract;
using static Webhooks.Tests.Samples;

namespace Webhooks.Tests;

public sealed class A_transient_failure : IDisposable
{
    private readonly Service _service = new();
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Of_a_submit_is_repeated_with_the_same_key_and_body(int status)
    {
        _service.Answers("POST", "/jobs", Service.Status(status), Service.Status(status), Service.Json(202, Job("pending", 1)));

        var job = await _service.Client().SubmitAsync(SubmitJob.For("research", new { Topic = "tides" }), stop: _stop);

        Assert.Equal(JobId, job.Id);
        Assert.Equal(3, _service.Requests.Count);
        Assert.Single(_service.Requests.Select(request => request.Header("Idempotency-Key")).Distinct());
        Assert.Single(_service.Requests.Select(request => request.Body).Distinct());
        Assert.Contains("tides", _service.Requests[2].Body);
    }

    [Fact]
    public async Task Of_a_submit_whose_first_try_is_undecided_is_repeated()
    {
        _service.Answers("POST", "/jobs", Service.Status(409).WithHeader("Retry-After", "0"), Service.Json(202, Job("pending", 1)));

        await _service.Client().SubmitAsync(new() { Type = "research" }, stop: _stop);

        Assert.Equal(2, _service.Requests.Count);
    }

    [Fact]
    public async Task Of_a_redrive_is_repeated_with_the_same_key()
    {
        _service.Answers("POST", $"/jobs/{JobId}/redrive", Service.Status(503), Service.Json(202, Job("pending", 1)));

        await _service.Client().RedriveAsync(JobId, stop: _stop);

        Assert.Equal(2, _service.Requests.Count);
        Assert.Single(_service.Requests.Select(request => request.Header("Idempotency-Key")).Distinct());
    }

    [Fact]
    public async Task Of_a_read_and_of_a_deletion_is_repeated()
    {
        _service.Answers("GET", $"/jobs/{JobId}", Service.Status(502), Service.Json(200, Job("running", 2)));
        _service.Answers("DELETE", $"/jobs/{JobId}", Service.Status(502), Service.Json(200, Job("canceled", 3)));
        var jobs = _service.Client();

        Assert.Equal("running", (await jobs.GetAsync(JobId, _stop)).Status);
        Assert.Equal("canceled", (await jobs.CancelAsync(JobId, _stop)).Status);
    }

    [Fact]
    public async Task Of_what_might_happen_twice_is_not_repeated()
    {
        _service.Answers("POST", "/keys", Service.Status(503));
        _service.Answers("POST", $"/jobs/{JobId}/callbacks", Service.Status(503));
        _service.Answers("POST", $"/deliveries/{DeliveryId}/replay", Service.Status(503));
        var jobs = _service.Client();

        await Assert.ThrowsAsync<JobApiException>(() => jobs.Keys.CreateAsync(new(), _stop));
        await Assert.ThrowsAsync<JobApiException>(() => jobs.Callbacks.CreateAsync(JobId, new(), _stop));
        await Assert.ThrowsAsync<JobApiException>(() => jobs.Deliveries.ReplayAsync(DeliveryId, _stop));

        Assert.Equal(3, _service.Requests.Count);
    }

    [Fact]
    public async Task Of_a_probe_is_its_answer()
    {
        _service.Answers("GET", "/health/ready", Service.Status(503));

        Assert.False(await _service.Client().IsReadyAsync(_stop));

        Assert.Single(_service.Requests);
    }

    [Fact]
    public async Task Is_given_up_after_the_configured_repeats()
    {
        _service.Answers("GET", $"/jobs/{JobId}", Service.Status(503).WithHeader("Retry-After", "0"));

        var refusal = await Assert.ThrowsAsync<JobApiException>(() => _service.Client(options => options.Retries = 2).GetAsync(JobId, _stop));

        Assert.Equal(503, (int)refusal.StatusCode);
        Assert.Equal(3, _service.Requests.Count);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("Wed, 02 Jan 2030 03:04:12 GMT", 7)]
    [InlineData("2147483647", 86_400)]
    public async Task Waits_as_long_as_the_service_asks_up_to_a_day(string retryAfter, double seconds)
    {
        _service.Answers("GET", $"/jobs/{JobId}", Service.Status(503).WithHeader("Retry-After", retryAfter), Service.Json(200, Job("running", 2)));

        var reading = _service.Client().GetAsync(JobId, _stop);
        await _service.Clock.PassAsync(seconds);

        Assert.Equal("running", (await reading).Status);
    }

    [Fact]
    public async Task Backs_off_further_each_time()
    {
        _service.Answers("GET", $"/jobs/{JobId}", Service.Status(503), Service.Status(503), Service.Status(503), Service.Json(200, Job("running", 2)));

        var reading = _service.Client(options => options.RetryDelay = TimeSpan.FromSeconds(1)).GetAsync(JobId, _stop);
        await _service.Clock.PassAsync(1, 1.5);
        await _service.Clock.PassAsync(2, 3);
        await _service.Clock.PassAsync(4, 6);

        Assert.Equal("running", (await reading).Status);
    }

    [Fact]
    public async Task Ends_its_wait_when_the_caller_gives_up()
    {
        _service.Answers("GET", $"/jobs/{JobId}", Service.Status(503).WithHeader("Retry-After", "7"));
        using var caller = new CancellationTokenSource();

        var reading = _service.Client().GetAsync(JobId, caller.Token);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task Is_no_answer_within_the_limit_too()
    {
        _service.Answers("GET", $"/jobs/{JobId}", Service.Json(200, Job("running", 2)));
        var jobs = _service.Client(
            options => (options.Timeout, options.LongPoll) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20)),
            http => http.AddHttpMessageHandler(() => new SilentAtFirst()));

        var reading = jobs.GetAsync(JobId, _stop);
        await _service.Clock.PassAsync(25);

        Assert.Equal("running", (await reading).Status);
    }

    [Fact]
    public async Task Is_an_answer_that_breaks_off_too()
    {
        _service.Answers("GET", $"/jobs/{JobId}", Service.Json(200, Job("running", 2)));
        var jobs = _service.Client(transport: http => http.AddHttpMessageHandler(() => new TornAtFirst()));

        Assert.Equal("running", (await jobs.GetAsync(JobId, _stop)).Status);
    }

    [Fact]
    public async Task That_stays_is_an_http_request_exception()
    {
        var jobs = _service.Client(options => options.BaseAddress = new Uri("http://127.0.0.1:1"));

        await Assert.ThrowsAsync<HttpRequestException>(() => jobs.GetAsync(JobId, _stop));
    }

    public void Dispose() => _service.Dispose();

    private sealed class SilentAtFirst : DelegatingHandler
    {
        private bool _spoke;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!_spoke)
            {
                _spoke = true;
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            return await base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class TornAtFirst : DelegatingHandler
    {
        private bool _torn;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (!_torn)
                answer.Content = new TornContent();
            _torn = true;
            return answer;
        }
    }

    private sealed class TornContent : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new IOException("The connection broke off.");

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
