using System.Text.Json;
using StepExport.Testing;
using StepExport.Testing.S3;

namespace StepExport.EndToEndTests;

/// <summary>The real program reads a bucket of a real store that is being written to, and is killed again and again.</summary>
public sealed class S3SourceKillTests(ITestOutputHelper output)
{
    /// <summary>About 20 MB.</summary>
    private const int InLarge = 12_000;

    private const int InSmall = 25;
    private const int KillsInLarge = 2;
    private const int Kills = 4;

    private static readonly string[] Names = ["{0}.json", "acme/{0}/app/x.ndjson", "threat-intel/2026/{0}.jsonl", "y/{0}.json.gz", "deep/er/and/deeper/{0}.ndjson.gz"];

    private readonly DetectionGenerator _generator = new();
    private int _events;

    [Fact]
    public async Task Each_event_of_the_bucket_is_exported_once()
    {
        Assert.SkipUnless(RadosGateway.IsInstalled, RadosGateway.Missing);
        using var folder = new TemporaryFolder();
        var bucket = await (await RadosGateway.SharedAsync()).NewBucketAsync();
        var config = Config(folder, bucket);
        var admin = await Export.AdminAddressAsync(config);
        await bucket.PutAsync("k/large.ndjson", Lines(InLarge));
        await AddAsync(bucket, "m", 5);

        var (inLarge, reached) = (0, 0L);
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var program = ProgramUnderTest.Start(folder.Path, "run", "-c", config);
            var before = Math.Max(reached, kill < KillsInLarge ? 0 : InLarge);
            await Eventually.TrueAsync(async () => (reached = await SequenceAsync(admin) ?? reached) > before, "something is read");
            if (reached < InLarge) inLarge++;
            // While it looks: keys before and behind all that was seen, and a kill at any moment
            else await AddAsync(bucket, kill % 2 == 0 ? $"a{Kills - kill}" : $"z{kill}", 4);
            await program.KillAsync();
            // And while nobody looks
            await AddAsync(bucket, $"b{Kills - kill}", 2);
            await AddAsync(bucket, $"x{kill}", 2);
        }

        await using var last = ProgramUnderTest.Start(folder.Path, "run", "-c", config);
        await Eventually.TrueAsync(async () => await SequenceAsync(admin) >= _events, $"{_events} events are durable");
        // Found by a listing of everything alone, which has then passed over all that is finished
        await AddAsync(bucket, "0", 1);
        await Eventually.TrueAsync(async () => await SequenceAsync(admin) >= _events, $"{_events} events are durable");
        var archive = folder.File("archive.ndjson");
        await Eventually.TrueAsync(() => System.IO.File.Exists(archive) && Export.RunIds(archive).Distinct().Count() == _events, "all are exported");

        var exported = Export.RunIds(archive);
        output.WriteLine($"killed {Kills} times, {inLarge} of them within the large object; {_events} events, {exported.Count - _events} sent again by the sink");
        Assert.True(inLarge >= 1, "no kill hit the large object: nothing was proven");
        Assert.Equal(Export.ExpectedRunIds(_events), exported.Distinct().Order());
        // What the sink sends again after a kill is its own; the journal holds each event once
        Assert.Equal(_events, await SequenceAsync(admin));
    }

    private static string Config(TemporaryFolder folder, S3Bucket bucket)
    {
        var config = Export.Config(folder, Export.FileSink);
        var text = System.IO.File.ReadAllText(config);
        var source = $"  bucket: {{ type: s3, endpoint: '{bucket.Endpoint}', pathStyle: true, bucket: {bucket.Name}, "
            + $"credentials: {{ accessKeyId: {RadosGateway.AccessKey}, secretAccessKey: {RadosGateway.SecretKey} }}, "
            + "pollInterval: 200ms, relistInterval: 1s, retry: { initial: 50ms, max: 500ms } }";
        System.IO.File.WriteAllText(config, text.Replace("  detections: { type: file, path: detections.ndjson }", source, StringComparison.Ordinal));
        return config;
    }

    private static async Task<long?> SequenceAsync(Uri admin)
    {
        try
        {
            using var status = JsonDocument.Parse(await AdminPage.GetAsync(new(admin, "/api/status")));
            return status.RootElement.GetProperty("journal").GetProperty("durableSequence").GetInt64();
        }
        catch (HttpRequestException)
        {
            // It has only just been started
            return null;
        }
    }

    /// <summary>Objects of every shape below the folder.</summary>
    private async Task AddAsync(S3Bucket bucket, string folder, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var key = $"{folder}/{string.Format(null, Names[_events % Names.Length], i)}";
            if (key.EndsWith(".json", StringComparison.Ordinal)) await bucket.PutAsync(key, _generator.One(_events++));
            else if (key.EndsWith(".gz", StringComparison.Ordinal)) await bucket.PutAsync(key, S3SourceRig.Gzip(Lines(InSmall)));
            else await bucket.PutAsync(key, "{\"data\":{\"detections\":[" + Lines(InSmall).TrimEnd('\n').Replace("\n", ",\n", StringComparison.Ordinal) + "]}}");
        }
    }

    private string Lines(int count)
    {
        var first = _events;
        _events += count;
        return string.Concat(Enumerable.Range(first, count).Select(i => _generator.One(i) + "\n"));
    }
}
