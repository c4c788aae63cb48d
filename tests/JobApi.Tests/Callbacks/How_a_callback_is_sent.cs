using System.Text.Json;

namespace JobApi.Tests.Callbacks;

public sealed class How_a_callback_is_sent(Service service) : IClassFixture<Service>
{
    [Theory]
    [InlineData(""" "ordered":true """, """{"ordered":true,"on_parked":"block"}""")]
    [InlineData(""" "ordered":true,"on_parked":"skip" """, """{"ordered":true,"on_parked":"skip"}""")]
    [InlineData(""" "schedule":[0,5,60] """, """{"schedule":[0,5,60]}""")]
    [InlineData(""" "ordered":false """, "{}")]
    public async Task is_shown_as_it_was_asked_for(string asked, string shown)
    {
        var id = await service.SubmitAsync($$"""{"type":"a","callbacks":[{"url":"https://receiver.example/",{{asked}}}]}""");

        var callback = (await service.GetAsync($"/jobs/{id}/callbacks")).Json.GetProperty("items")[0];

        var members = callback.EnumerateObject().Where(m => m.Name is "ordered" or "on_parked" or "schedule").ToDictionary(m => m.Name, m => m.Value);
        Assert.Equal(shown, JsonSerializer.Serialize(members));
    }

    [Theory]
    [InlineData(""" "ordered":true,"on_parked":"explode" """, "on_parked")]
    [InlineData(""" "on_parked":"skip" """, "on_parked")]
    [InlineData(""" "schedule":[] """, "schedule")]
    [InlineData(""" "schedule":[-1] """, "schedule")]
    [InlineData(""" "schedule":[604801] """, "schedule")]
    [InlineData(""" "schedule":[604800,604800,604800,604800,604800] """, "schedule")]
    [InlineData(""" "schedule":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0] """, "schedule")]
    public async Task is_refused_where_it_makes_no_sense(string asked, string named) =>
        (await service.PostAsync("/jobs", $$"""{"type":"a","callbacks":[{"url":"https://receiver.example/",{{asked}}}]}"""))
            .MustRefuse(422, "invalid_request", $"callbacks[0].{named}");

    [Theory]
    [InlineData(""" "ordered":"yes" """)]
    [InlineData(""" "schedule":[1.5] """)]
    [InlineData(""" "schedule":[null] """)]
    public async Task is_refused_where_it_has_another_shape(string asked) =>
        (await service.PostAsync("/jobs", $$"""{"type":"a","callbacks":[{"url":"https://receiver.example/",{{asked}}}]}""")).MustRefuse(400, "invalid_request");

    [Fact]
    public async Task goes_along_when_its_job_is_redriven()
    {
        var id = await service.SubmitAsync("""{"type":"a","callbacks":[{"url":"https://receiver.example/","ordered":true,"on_parked":"skip","schedule":[1,2]}]}""");
        await service.DeleteAsync($"/jobs/{id}");

        var again = (await service.PostAsync($"/jobs/{id}/redrive", null)).Text("id");

        var callback = (await service.GetAsync($"/jobs/{again}/callbacks")).Json.GetProperty("items")[0];
        Assert.Equal(("skip", "[1,2]"), (callback.GetProperty("on_parked").GetString(), callback.GetProperty("schedule").GetRawText()));
    }
}
