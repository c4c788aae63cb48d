using System.Text.RegularExpressions;
using static Fixtures.Repository;

namespace EndToEnd.Layout;

public partial class The_proxy
{
    private static readonly string text = string.Join('\n', File.ReadLines(PathOf("deploy/nginx.conf")).Where(line => !line.TrimStart().StartsWith('#')));

    [Theory, InlineData("/jobs/job_1/events", "proxy_buffering off"), InlineData("/worker/jobs/job_1/result", "proxy_request_buffering off")]
    public void passes_on_what_comes_bit_by_bit(string path, string directive) => Assert.Contains(directive, Special(path));

    [Fact]
    public void leaves_the_size_of_a_result_to_the_api() => Assert.Contains("client_max_body_size 0", Special("/worker/jobs/job_1/result"));

    [Theory, InlineData("/jobs"), InlineData("/jobs/job_1"), InlineData("/jobs/job_1/events/7"), InlineData("/worker/jobs/job_1/complete")]
    public void treats_other_paths_alike(string path) => Assert.Empty(Special(path));

    [Fact]
    public void waits_longer_than_a_request_may() => Assert.InRange(Seconds(), 75, 300);

    // Appended to what the client sent, an address of the client's choice could be the one that is believed.
    [Fact]
    public void says_itself_who_the_client_is()
    {
        Assert.Contains("proxy_set_header X-Forwarded-For $remote_addr;", text, StringComparison.Ordinal);
        Assert.Contains("proxy_set_header X-Forwarded-Proto $scheme;", text, StringComparison.Ordinal);
        Assert.DoesNotContain("$proxy_add_x_forwarded_for", text, StringComparison.Ordinal);
        Assert.All(Locations().Select(match => match.Groups["body"].Value), body => Assert.DoesNotContain("proxy_set_header", body, StringComparison.Ordinal)); // it would drop the others
    }

    [Fact]
    public void writes_no_token_of_a_stream_into_its_log() => Assert.DoesNotMatch(@"log_format[^;]*\$(request|request_uri|args|query_string)\b", text);

    [Fact]
    public void writes_to_nothing_but_the_folder_that_may_be_written() =>
        Assert.All(Written().Matches(text).Select(match => match.Groups[1].Value), path => Assert.Matches("^/(tmp|dev)/", path));

    private static MatchCollection Locations() => Location().Matches(text);

    private static string[] Special(string path) =>
    [
        .. Locations().Where(location => Regex.IsMatch(path, location.Groups["path"].Value))
            .SelectMany(location => location.Groups["body"].Value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Where(directive => !directive.StartsWith("proxy_pass ", StringComparison.Ordinal)),
    ];

    private static int Seconds() => int.Parse(ReadTimeout().Match(text).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"location ~ (?<path>\S+) \{(?<body>[^}]*)\}")]
    private static partial Regex Location();

    [GeneratedRegex(@"proxy_read_timeout (\d+)s;")]
    private static partial Regex ReadTimeout();

    [GeneratedRegex(@"(?:_temp_path|pid|_log) (\S+?)[ ;]")]
    private static partial Regex Written();
}
