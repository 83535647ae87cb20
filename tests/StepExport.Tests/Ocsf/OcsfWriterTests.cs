using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using StepExport.Core.Ocsf;

namespace StepExport.Tests.Ocsf;

public sealed class OcsfWriterTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void Escapes_every_character_as_the_serializer_does()
    {
        for (var code = 0; code <= 0x2FFFF; code++)
        {
            if (code is >= 0xD800 and <= 0xDFFF) continue;
            var text = $"a{char.ConvertFromUtf32(code)}b";
            Assert.Equal($"{{\"v\":{JsonSerializer.Serialize(text, Relaxed)}}}", Written(16, w => w.String("v"u8, Encoding.UTF8.GetBytes(text))));
        }
    }

    [Theory]
    [InlineData('x')]
    [InlineData('"')]
    public void Grows_with_texts_longer_than_its_buffer(char character)
    {
        var text = new string(character, 50_000);
        var json = Written(16, w =>
        {
            w.Array("a"u8);
            w.String(Encoding.UTF8.GetBytes(text));
            w.String(Encoding.UTF8.GetBytes(text));
            w.EndArray();
            w.Number("n"u8, long.MinValue);
            w.Name(Encoding.UTF8.GetBytes(text));
            w.Raw("[]"u8);
        });
        Assert.Equal($"{{\"a\":[{Quoted(text)},{Quoted(text)}],\"n\":-9223372036854775808,{Quoted(text)}:[]}}", json);
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text, Relaxed);

    private static string Written(int capacity, Action<OcsfWriter> write)
    {
        var writer = new OcsfWriter(new ArrayBufferWriter<byte>(capacity));
        writer.Object();
        write(writer);
        writer.EndObject();
        return Encoding.UTF8.GetString(writer.Flush());
    }
}
