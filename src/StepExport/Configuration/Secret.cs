using System.Text.Json;
using System.Text.Json.Serialization;

namespace StepExport.Configuration;

/// <summary>A value that is never shown. It keeps its text with the <c>${env:…}</c> and <c>${file:…}</c> references, so that it
/// can be read again when the destination refuses it.</summary>
[JsonConverter(typeof(Converter))]
internal sealed class Secret(string template)
{
    /// <summary>The value as of now.</summary>
    /// <exception cref="IOException">A referenced file cannot be read any more.</exception>
    public string Reveal() => References.Replace(template);

    public override string ToString() => "***";

    internal sealed class Converter : JsonConverter<Secret>
    {
        public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String ? new(reader.GetString()!) : throw new FormatException("a secret is a string");

        public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => writer.WriteStringValue("***");
    }
}
