using System.Diagnostics;
using System.Text.Json;
using WebhookVerifier;
using Webhooks.Contract;

namespace EndToEnd.Running;

/// <summary>Python's standard library on the other side, with the few lines that the README shows.</summary>
public sealed class Another_language
{
    private const string Sign = """
        import base64, hashlib, hmac, json, sys
        asked = json.load(sys.stdin)
        key = base64.b64decode(asked["secret"].removeprefix("whsec_"))
        signed = f'{asked["id"]}.{asked["timestamp"]}.'.encode() + base64.b64decode(asked["body"])
        print("v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode())
        """;

    [Fact(Timeout = 120_000)]
    public async Task verifies_what_the_engine_sends()
    {
        var stop = TestContext.Current.CancellationToken;
        var secret = WebhookSecret.Generate().Reveal();
        await using var receiver = await RecordingReceiver.StartAsync();
        await using var service = await RunningService.StartAsync(receiver.Port, null, stop);

        var job = await service.Client.SubmitAsync(
            new SubmitJob
            {
                Type = "http.request", Input = JsonSerializer.SerializeToElement(new { url = receiver.Url, method = "POST", body = "über" }),
                Callbacks = [new CreateCallback { Url = receiver.Url, Secret = secret }],
            },
            stop: stop);
        await receiver.UntilAsync(got => got.Any(r => r.Id.Length > 0), stop);

        var sent = receiver.All.Single(r => r.Id.Length > 0);
        Assert.StartsWith($"evt_{job.Id}_", sent.Id, StringComparison.Ordinal);
        Assert.Equal(sent.Signature, await PythonAsync(secret, sent.Id, sent.Timestamp, sent.Body, stop));
    }

    [Fact(Timeout = 120_000)]
    public async Task signs_what_the_verifier_accepts()
    {
        var stop = TestContext.Current.CancellationToken;
        var secret = WebhookSecret.Generate().Reveal();
        byte[] body = [.. "{\"type\":\"ping\"}"u8, 0, 255];

        var signature = await PythonAsync(secret, "msg_1", "1700000000", body, stop);

        Assert.Equal(Verdict.Ok, new Verifier([secret]).Verify("msg_1", "1700000000", signature, body, 1_700_000_000));
    }

    private static async Task<string> PythonAsync(string secret, string id, string timestamp, byte[] body, CancellationToken stop)
    {
        using var python = Process.Start(new ProcessStartInfo("python3")
        {
            ArgumentList = { "-c", Sign }, RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false,
        })!;
        await python.StandardInput.WriteAsync(JsonSerializer.Serialize(new { secret, id, timestamp, body = Convert.ToBase64String(body) }));
        python.StandardInput.Close();
        var signature = await python.StandardOutput.ReadToEndAsync(stop);
        await python.WaitForExitAsync(stop);
        return signature.Trim();
    }
}
