using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StepExport.Configuration;

/// <summary>A length of time in the configuration: a whole number and a unit, <c>250ms 5s 2m 1h</c>.</summary>
[JsonConverter(typeof(Converter))]
internal readonly record struct Duration(TimeSpan Value)
{
    private static readonly (string Suffix, double Milliseconds)[] Units =
        [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    public static implicit operator TimeSpan(Duration duration) => duration.Value;

    public static Duration Parse(string text)
    {
        foreach (var (suffix, milliseconds) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal)
                && int.TryParse(text[..^suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return new(TimeSpan.FromMilliseconds(number * milliseconds));
        }

        throw new FormatException($"'{text}' is not a duration; write a whole number and a unit: 250ms, 5s, 2m, 1h");
    }

    public override string ToString()
    {
        var milliseconds = Value.TotalMilliseconds;
        if (milliseconds == 0) return "0s";
        var (suffix, unit) = Units.Last(u => milliseconds % u.Milliseconds == 0);
        return FormattableString.Invariant($"{milliseconds / unit}{suffix}");
    }

    internal sealed class Converter : JsonConverter<Duration>
    {
        public override Duration Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String
                ? Parse(reader.GetString()!)
                : throw new FormatException("a duration has a unit: 250ms, 5s, 2m, 1h");

        public override void Write(Utf8JsonWriter writer, Duration value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
