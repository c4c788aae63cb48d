using JobApi.Streams;
using Microsoft.AspNetCore.Http;

namespace JobApi.Tests.Streams;

public sealed class What_a_request_prefers
{
    [Theory]
    [InlineData("wait=10", 10)]
    [InlineData("Wait = 10", 10)]
    [InlineData("wait=\"10\"", 10)]
    [InlineData("respond-async, wait=5", 5)]
    [InlineData("wait=5; x=1, wait=9", 5)]
    [InlineData("wait=0", 0)]
    [InlineData("wait=61", 60)]
    [InlineData("wait=99999999999999999999", 60)]
    [InlineData("wait", null)]
    [InlineData("wait=", null)]
    [InlineData("wait=-1", null)]
    [InlineData("wait=1.5", null)]
    [InlineData("wait=ten", null)]
    [InlineData("wait=ten, wait=7", 7)]
    [InlineData("await=10", null)]
    [InlineData("", null)]
    public void about_waiting_is_read_as_far_as_it_can_be(string prefer, int? seconds)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers["Prefer"] = prefer;

        Assert.Equal(seconds, WaitPreference.Read(request)?.TotalSeconds);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("*/*", false)]
    [InlineData("text/*", false)]
    [InlineData("application/json", false)]
    [InlineData("text/event-stream", true)]
    [InlineData("Text/Event-Stream", true)]
    [InlineData("text/event-stream;charset=utf-8", true)]
    [InlineData("text/event-stream, */*;q=0.1", true)]
    [InlineData("application/json, text/event-stream", true)]
    [InlineData("application/json, text/event-stream;q=0.9", false)]
    [InlineData("application/json;q=0.5, text/event-stream;q=0.6", true)]
    [InlineData("text/event-stream;q=0.5, application/*", false)]
    [InlineData("text/event-stream;q=0.5, application/json;q=0.1, */*", true)]
    [InlineData("text/event-stream;q=0", false)]
    [InlineData("nonsense", false)]
    public void of_the_two_forms_of_events_is_what_it_names_with_the_higher_quality(string accept, bool stream)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Accept = accept;

        Assert.Equal(stream, Negotiation.AsksForStream(request));
    }
}
