using System.Text;
using StepExport.Core.Ingest;

namespace StepExport.Testing.Ingest;

/// <summary>An item of the splitter that outlives its buffer.</summary>
internal sealed record Piece(string Text, long Line, long Offset, long Length, string? Error);

/// <summary>Runs the splitter over bytes that are there already.</summary>
internal static class Splitting
{
    public static IReadOnlyList<Piece> Pieces(this string text, int chunk = int.MaxValue, int maxEventSize = DetectionSplitter.DefaultMaxEventSize) =>
        Encoding.UTF8.GetBytes(text).Pieces(chunk, maxEventSize);

    /// <param name="bytes">The stream.</param>
    /// <param name="chunk">Bytes that arrive at a time.</param>
    /// <param name="maxEventSize">The splitter's limit.</param>
    public static IReadOnlyList<Piece> Pieces(this byte[] bytes, int chunk = int.MaxValue, int maxEventSize = DetectionSplitter.DefaultMaxEventSize)
    {
        using var splitter = new DetectionSplitter(maxEventSize);
        return [.. splitter.Read(bytes, chunk)];
    }

    /// <summary>Feeds the bytes behind the splitter's position, and reads to the end.</summary>
    public static IEnumerable<Piece> Read(this DetectionSplitter splitter, byte[] bytes, int chunk = int.MaxValue)
    {
        for (var at = (int)splitter.Position.Offset; ;)
        {
            var room = splitter.Room();
            var count = Math.Min(Math.Min(chunk, room.Length), bytes.Length - at);
            bytes.AsMemory(at, count).CopyTo(room);
            splitter.Filled(count);
            at += count;
            if (count == 0) splitter.Complete();
            while (splitter.TryRead(out var item))
                yield return new(Encoding.UTF8.GetString(item.Bytes.Span), item.Line, item.Offset, item.Length, item.Error);
            if (count == 0) yield break;
        }
    }

    public static string[] Good(this IEnumerable<Piece> pieces) => [.. pieces.Where(piece => piece.Error is null).Select(piece => piece.Text)];

    public static Piece[] Bad(this IEnumerable<Piece> pieces) => [.. pieces.Where(piece => piece.Error is not null)];
}
