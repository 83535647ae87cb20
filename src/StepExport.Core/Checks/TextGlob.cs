using System.Buffers;
using System.Text;
using StepExport.Core.Delivery;

namespace StepExport.Core.Checks;

/// <summary>The pattern of a sink's <c>where</c>, for text.</summary>
internal sealed class TextGlob(string pattern)
{
    private const int OnStack = 512;
    private readonly Utf8Glob _glob = new(pattern);

    public bool IsMatch(string text)
    {
        if (_glob.MatchesAll) return true;
        var size = Encoding.UTF8.GetMaxByteCount(text.Length);
        var rented = size > OnStack ? ArrayPool<byte>.Shared.Rent(size) : null;
        Span<byte> bytes = rented is null ? stackalloc byte[OnStack] : rented;
        var isMatch = _glob.IsMatch(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return isMatch;
    }
}
