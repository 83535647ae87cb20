using System.Text;
using FsCheck;
using FsCheck.Fluent;
using StepExport.Core.Ingest;
using StepExport.Testing.Ingest;

namespace StepExport.Tests.Ingest;

/// <summary>What holds for any input.</summary>
public sealed class DetectionSplitterPropertyTests
{
    private static readonly string[] Fragments =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\n", "\r\n", " ", "  ", "\t", "1", "null", "x", "\uFEFF",
        "{\"id\":\"a\"}", "{\"data\":[", "{\"detections\":[", "{\"data\":{\"detections\":[", "]}", "]}}", "\"id\":", "{\"a\":\"b\"},\n", "{\n  \"a\": [",
    ];

    private static readonly Arbitrary<string> Soup =
        Gen.Elements(Fragments).ArrayOf().Select(string.Concat).ToArbitrary();

    [Fact]
    public void Any_bytes_are_split_without_an_exception_and_nothing_is_lost_at_top_level() =>
        Prop.ForAll<byte[], int>((bytes, chunk) =>
        {
            var pieces = bytes.Pieces(1 + (Math.Abs(chunk % 100)), maxEventSize: 50);
            return pieces.All(piece => piece.Offset + piece.Length <= bytes.Length);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Items_do_not_depend_on_how_the_bytes_arrive() =>
        Prop.ForAll(Soup, text =>
        {
            var whole = text.Pieces(maxEventSize: 40);
            return ((int[])[1, 2, 3, 5, 17, 64, 70]).All(chunk => whole.SequenceEqual(text.Pieces(chunk, maxEventSize: 40)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void Reading_can_stop_after_any_item_and_go_on() =>
        Prop.ForAll(Soup, text =>
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var whole = bytes.Pieces(maxEventSize: 40);
            return Enumerable.Range(0, whole.Count + 1).All(stop => whole.SequenceEqual(Interrupted(bytes, stop)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Good_lines_survive_whatever_garbage_stands_between_them() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>[]>(), garbage =>
        {
            // Garbage that is JSON itself, or opens what the next line closes, is no garbage
            var lines = garbage.Select(one => one.Get.Replace('\n', ' ').Replace('{', '(').Replace('[', '(')).ToArray();
            var text = string.Concat(lines.Select((line, i) => $"{{\"id\":\"{i}\"}}\n{line}\n")) + "{\"id\":\"end\"}";
            var expected = Enumerable.Range(0, lines.Length).Select(i => $"{{\"id\":\"{i}\"}}").Append("{\"id\":\"end\"}");
            return text.Pieces(chunk: 11).Good().SequenceEqual(expected);
        }).QuickCheckThrowOnFailure();

    private static List<Piece> Interrupted(byte[] bytes, int stop)
    {
        using var splitter = new DetectionSplitter(maxEventSize: 40);
        var pieces = splitter.Read(bytes, chunk: 9).Take(stop).ToList();
        var position = splitter.Position;
        splitter.Reset(position);
        return [.. pieces, .. splitter.Read(bytes, chunk: 4)];
    }
}
