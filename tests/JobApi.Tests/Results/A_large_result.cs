using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace JobApi.Tests.Results;

/// <summary>
/// 64 MiB by default; the environment variable <c>LARGE_RESULT_MIB</c> asks for more, such as 500. What is allocated is counted for the whole
/// process, so nothing else runs meanwhile.
/// </summary>
[Collection("alone")]
public sealed class A_large_result(Service service) : IClassFixture<Service>
{
    private const long MiB = 1024 * 1024;

    private static readonly long Length = MiB * long.Parse(Environment.GetEnvironmentVariable("LARGE_RESULT_MIB") ?? "64", CultureInfo.InvariantCulture);

    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task goes_up_and_down_in_parts_without_being_held_in_memory()
    {
        var worker = await Worker.ClaimAsync(service);
        var before = GC.GetTotalAllocatedBytes();

        var receipt = await worker.UploadAsync(new StreamContent(new Pattern(Length)), "application/octet-stream");
        await worker.CompleteAsync();
        var sha256 = await HashAsync(worker, null);
        var tail = await HashAsync(worker, new RangeHeaderValue(Length / 2 + 7, null));

        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, Length / 2);
        Assert.Equal(Length, receipt.Json.GetProperty("result_size").GetInt64());
        Assert.Equal(await HashAsync(new Pattern(Length)), sha256);
        Assert.Equal(await HashAsync(new Pattern(Length) { Position = Length / 2 + 7 }), tail);
    }

    private async Task<string> HashAsync(Worker worker, RangeHeaderValue? range)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/jobs/{worker.Job}/result");
        request.Headers.Authorization = new("Bearer", Service.AdminKey);
        request.Headers.Range = range;
        using var answer = await service.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _stop);
        Assert.Equal(range is null ? HttpStatusCode.OK : HttpStatusCode.PartialContent, answer.StatusCode);
        return await HashAsync(await answer.Content.ReadAsStreamAsync(_stop));
    }

    private async Task<string> HashAsync(Stream stream) => Convert.ToHexString(await SHA256.HashDataAsync(stream, _stop));

    /// <summary>Bytes that tell where they are, without being anywhere.</summary>
    private sealed class Pattern(long length) : Stream
    {
        public override long Position { get; set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, length - Position);
            for (var i = 0; i < count; i++)
                buffer[i] = (byte)((Position + i) * 2654435761 >> 16);
            Position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            Task.FromResult(Read(buffer.AsSpan(offset, count)));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

/// <summary>Tests that run with nothing beside them.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class Alone;
