using System.Text.Json;
using StepExport.Testing.S3;

namespace StepExport.Tests.Sources.S3;

/// <summary>What a queue brings, and when its messages are deleted.</summary>
public sealed class S3NotificationTests
{
    [Fact]
    public async Task Objects_are_read_when_their_message_arrives_wherever_they_sort()
    {
        await using var rig = await NotifiedRig.StartAsync();
        await rig.S3.PutAsync("m.json", 1);
        await rig.FollowAsync();
        await rig.S3.PutAsync("a b+c.json", 2);
        await rig.S3.PutAsync("a/sns.json", 3);
        await rig.S3.PutAsync("a/bridge+1.json", 4);
        rig.Queue.Send("""{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"detections"}""");
        rig.Queue.Send(NotifiedRig.Event("a b+c.json"));
        rig.Queue.Send(JsonSerializer.Serialize(new { Type = "Notification", Message = NotifiedRig.Event("a/sns.json") }));
        rig.Queue.Send("""{"source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{"name":"detections"},"object":{"key":"a/bridge+1.json"}}}""");

        await rig.DurableAsync(1, 2, 3, 4);
        await rig.UntilAsync(() => rig.Queue.Count == 0);

        Assert.Equal([1, 2, 3, 4], rig.S3.Journal.Durable());
        Assert.True(rig.S3.Health.Ok);
        Assert.Equal(1, rig.S3.Server.Calls.Count(call => call.Operation == "List"));
    }

    [Fact]
    public async Task A_message_is_deleted_only_after_its_records_are_durable()
    {
        await using var rig = await NotifiedRig.StartAsync();
        await rig.S3.PutAsync("m.json", 1);
        await rig.FollowAsync();
        await rig.DurableAsync(1);
        var held = new TaskCompletionSource();
        rig.S3.Server.Fault = call => call.Operation == "Get" ? new() { Until = held.Task } : null;
        int[] durableAtDelete = [];
        rig.Queue.Fault = operation =>
        {
            if (operation == "DeleteMessageBatch") durableAtDelete = rig.S3.Journal.Durable();
            return null;
        };
        await rig.S3.PutAsync("a.json", 2);
        rig.Queue.Send(NotifiedRig.Event("a.json"));
        await rig.UntilAsync(() => rig.S3.Gets.Contains("a.json"));
        Assert.DoesNotContain("DeleteMessageBatch", rig.Queue.Calls);

        held.SetResult();
        await rig.UntilAsync(() => rig.Queue.Count == 0);

        Assert.Equal([1, 2], durableAtDelete);
    }

    [Fact]
    public async Task What_was_not_deleted_before_a_kill_comes_again_and_is_not_exported_twice()
    {
        await using var rig = await NotifiedRig.StartAsync();
        await rig.S3.PutAsync("m.json", 1);
        await rig.FollowAsync();
        rig.Queue.Fault = operation => operation == "DeleteMessageBatch" ? (500, "InternalError") : null;
        await rig.S3.PutAsync("a.json", 2);
        rig.Queue.Send(NotifiedRig.Event("a.json").Replace("\"key\"", $"\"eTag\":\"{await TagAsync(rig, "a.json")}\",\"key\"", StringComparison.Ordinal));
        await rig.UntilAsync(() => rig.Queue.Calls.Contains("DeleteMessageBatch"));
        await rig.S3.StopAsync();

        rig.Queue.Fault = _ => null;
        rig.S3.Journal.Time.Advance(rig.Queue.Visibility);
        await rig.FollowAsync();
        await rig.UntilAsync(() => rig.Queue.Count == 0);

        Assert.Equal([1, 2], rig.S3.Journal.Durable());
        Assert.Equal(["m.json", "a.json"], rig.S3.Gets);
    }

    [Fact]
    public async Task Objects_of_others_are_passed_over_and_their_messages_deleted()
    {
        await using var rig = await NotifiedRig.StartAsync();
        rig.S3.Config = rig.S3.Config with { Prefix = "in/" };
        await rig.FollowAsync();
        foreach (var key in (string[])["out/a.json", "in/a.txt", "in/b.json"]) await rig.S3.PutAsync(key, 1);
        rig.Queue.Send(NotifiedRig.Event("out/a.json"));
        rig.Queue.Send(NotifiedRig.Event("in/a.txt"));
        rig.Queue.Send(NotifiedRig.Event("in/b.json", bucket: "other"));

        await rig.UntilAsync(() => rig.Queue.Count == 0);

        Assert.Empty(rig.S3.Gets);
        Assert.Empty(rig.S3.Journal.Durable());
    }

    [Fact]
    public async Task A_message_that_is_no_event_stays_and_shows_when_it_comes_again()
    {
        await using var rig = await NotifiedRig.StartAsync();
        await rig.FollowAsync();
        await rig.S3.PutAsync("a.json", 1);
        rig.Queue.Send("hello");
        rig.Queue.Send(NotifiedRig.Event("a.json"));
        await rig.DurableAsync(1);
        await rig.UntilAsync(() => rig.Queue.Count == 1);
        Assert.True(rig.S3.Health.Ok);

        await rig.UntilAsync(() => !rig.S3.Health.Ok, TimeSpan.FromMilliseconds(500));

        Assert.Contains("1 messages are no events of a bucket", rig.S3.Health.Reason, StringComparison.Ordinal);
        Assert.Equal(1, rig.Queue.Count);
    }

    [Fact]
    public async Task An_object_that_cannot_be_read_keeps_its_message_until_it_can()
    {
        await using var rig = await NotifiedRig.StartAsync();
        await rig.FollowAsync();
        rig.S3.Server.Fault = call => call is { Operation: "Get", Key: "a.json" } ? FakeS3Fault.Error(403, "AccessDenied") : null;
        await rig.S3.PutAsync("a.json", 1);
        await rig.S3.PutAsync("b.json", 2);
        rig.Queue.Send(NotifiedRig.Event("a.json"));
        rig.Queue.Send(NotifiedRig.Event("b.json"));
        await rig.DurableAsync(2);
        await rig.UntilAsync(() => rig.Queue.Count == 1);
        Assert.Contains("access to it is denied", rig.S3.Health.Reason, StringComparison.Ordinal);

        rig.S3.Server.Fault = _ => null;
        await rig.UntilAsync(() => rig.Queue.Count == 0, TimeSpan.FromMilliseconds(500));

        Assert.Equal([1, 2], rig.S3.Journal.Durable().Order());
    }

    private static async Task<string> TagAsync(NotifiedRig rig, string key) =>
        (await rig.S3.Bucket.ObjectsAsync()).Single(found => found.Key == key).ETag.Trim('"');
}
