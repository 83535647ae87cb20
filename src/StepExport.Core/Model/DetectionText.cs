namespace StepExport.Core.Model;

/// <summary>A slice of UTF-8 text that stays valid until its detection is loaded anew. The default value is empty.</summary>
internal readonly struct DetectionText(byte[] buffer, int start, int length)
{
    public int Length => length;

    public bool IsEmpty => length == 0;

    public ReadOnlySpan<byte> Span => new(buffer, start, length);

    public ReadOnlyMemory<byte> Memory => new(buffer, start, length);

    public DetectionText Slice(int offset) => new(buffer, start + offset, length - offset);

    public DetectionText Slice(int offset, int count) => new(buffer, start + offset, count);

    public static implicit operator ReadOnlySpan<byte>(DetectionText text) => text.Span;

    public override string ToString() => System.Text.Encoding.UTF8.GetString(Span);
}
