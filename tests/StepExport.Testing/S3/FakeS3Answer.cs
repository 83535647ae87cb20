using System.Text;
using Microsoft.AspNetCore.Http;

namespace StepExport.Testing.S3;

/// <summary>What the double says.</summary>
internal sealed record FakeS3Answer(int Status, byte[]? Body = null)
{
    public string? Tag { get; init; }

    public string? RetryAfter { get; init; }

    /// <summary>The header with the checksum that was verified.</summary>
    public KeyValuePair<string, string>? Checksum { get; init; }

    public string? Region { get; init; }

    /// <summary>The part of the object that the body is.</summary>
    public string? Range { get; init; }

    /// <summary>Bytes of the body after which the connection breaks.</summary>
    public int? CutAfter { get; init; }

    public static FakeS3Answer Error(int status, string code) =>
        new(status, Encoding.UTF8.GetBytes($"<Error><Code>{code}</Code><Message>the store's own words</Message></Error>"));

    public async Task WriteAsync(HttpResponse response, bool withBody)
    {
        response.StatusCode = Status;
        if (Tag is not null) response.Headers.ETag = Tag;
        if (RetryAfter is not null) response.Headers.RetryAfter = RetryAfter;
        if (Checksum is { } checksum) response.Headers[checksum.Key] = checksum.Value;
        if (Region is not null) response.Headers["x-amz-bucket-region"] = Region;
        if (Range is not null) response.Headers.ContentRange = Range;
        if (Body is null || !withBody) return;
        response.ContentLength = Body.Length;
        await response.Body.WriteAsync(Body.AsMemory(0, Math.Min(CutAfter ?? Body.Length, Body.Length)));
        if (CutAfter is null) return;
        await response.Body.FlushAsync();
        response.HttpContext.Abort();
    }
}
