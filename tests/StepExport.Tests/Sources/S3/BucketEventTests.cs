using System.Text.Json;
using StepExport.Sources.S3;
using StepExport.Testing.S3;

namespace StepExport.Tests.Sources.S3;

/// <summary>What messages say, in every form in which a bucket's events arrive.</summary>
public sealed class BucketEventTests
{
    [Theory]
    [InlineData("ObjectCreated:Put")]
    [InlineData("ObjectCreated:CompleteMultipartUpload")]
    [InlineData("s3:ObjectCreated:Copy")]
    public void The_key_of_an_S3_event_is_decoded(string name) =>
        Assert.Equal([new("detections", "a b/ü+1%.json", "")], BucketEvent.Read(NotifiedRig.Event("a b/ü+1%.json", name: name))!);

    [Fact]
    public void The_content_is_named_too() => Assert.Equal(
        [new("b", "k", "d41d")],
        BucketEvent.Read("""{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"k","eTag":"\"d41d\""}}}]}""")!);

    [Fact]
    public void SNS_wraps_it_as_text()
    {
        var wrapped = JsonSerializer.Serialize(new { Type = "Notification", Message = NotifiedRig.Event("a b.json") });
        Assert.Equal([new("detections", "a b.json", "")], BucketEvent.Read(wrapped)!);
    }

    [Fact]
    public void The_key_of_EventBridge_is_not_encoded() => Assert.Equal(
        [new("b", "a+b%20c.json", "d41d")],
        BucketEvent.Read("""{"source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{"name":"b"},"object":{"key":"a+b%20c.json","etag":"d41d"}}}""")!);

    [Theory]
    [InlineData("""{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}""")]
    [InlineData("""{"Records":[{"eventName":"ObjectRemoved:Delete","s3":{"bucket":{"name":"b"},"object":{"key":"k"}}}]}""")]
    [InlineData("""{"source":"aws.s3","detail-type":"Object Deleted","detail":{"bucket":{"name":"b"},"object":{"key":"k"}}}""")]
    public void Other_events_of_a_bucket_name_nothing_to_read(string body) => Assert.Empty(BucketEvent.Read(body)!);

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"Records":7}""")]
    [InlineData("""{"Records":[{"eventName":"ObjectCreated:Put"}]}""")]
    [InlineData("""{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{}}}]}""")]
    [InlineData("""{"source":"mine","detail-type":"Object Created","detail":{"bucket":{"name":"b"},"object":{"key":"k"}}}""")]
    [InlineData("""{"Message":"{\"Message\":\"{\\\"Message\\\":\\\"{}\\\"}\"}"}""")]
    public void What_is_no_event_of_a_bucket_is_not_taken_for_one(string body) => Assert.Null(BucketEvent.Read(body));
}
