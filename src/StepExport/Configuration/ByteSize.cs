using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StepExport.Configuration;

/// <summary>A size in the configuration: a whole number and a decimal unit, <c>512B 64KB 10MB 2GB</c> (1 KB = 1,000 bytes).</summary>
[JsonConverter(typeof(Converter))]
internal readonly record struct ByteSize(long Bytes)
{
    private static readonly (string Suffix, long Factor)[] Units =
        [("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1)];

    public static implicit operator long(ByteSize size) => size.Bytes;

    public static ByteSize Parse(string text)
    {
        foreach (var (suffix, factor) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal)
                && long.TryParse(text[..^suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number <= long.MaxValue / factor)
                return new(number * factor);
        }

        throw new FormatException($"'{text}' is not a size; write a whole number and a unit: 512B, 64KB, 10MB, 2GB");
    }

    public override string ToString()
    {
        if (Bytes == 0) return "0B";
        var bytes = Bytes;
        var (suffix, factor) = Units.OrderByDescending(u => u.Factor).First(u => bytes % u.Factor == 0);
        return FormattableString.Invariant($"{bytes / factor}{suffix}");
    }

    internal sealed class Converter : JsonConverter<ByteSize>
    {
        public override ByteSize Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String
                ? Parse(reader.GetString()!)
                : throw new FormatException("a size has a unit: 512B, 64KB, 10MB, 2GB");

        public override void Write(Utf8JsonWriter writer, ByteSize value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
