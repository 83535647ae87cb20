using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace StepExport.Configuration;

/// <summary>Tells whether a part of the configuration says what it said: by its values, so that order, layout and a default that is written
/// out make no difference. It covers what they point at, too: the values of secrets, and the files of TLS.</summary>
internal static class Fingerprint
{
    private const string Tls = "tls";
    private static readonly JsonSerializerOptions Revealed = new(ConfigJson.Options) { IgnoreReadOnlyProperties = true, Converters = { new SecretValue() } };

    /// <param name="section">A record of the configuration.</param>
    public static string Of(object section) => Of(JsonSerializer.SerializeToNode(section, section.GetType(), Revealed));

    /// <summary>The fingerprint of each single value, by its path, e.g. <c>journal.maxSize</c>.</summary>
    public static IReadOnlyDictionary<string, string> ByPath(ExportConfig config) =>
        Values("", JsonSerializer.SerializeToNode(config, Revealed)).ToDictionary(value => value.Path, value => Of(value.Node));

    private static string Of(JsonNode? node)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(node?.ToJsonString() ?? ""));
        foreach (var file in TlsFiles(node)) hash.AppendData(ContentOf(file));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static IEnumerable<(string Path, JsonNode? Node)> Values(string path, JsonNode? node) => node is JsonObject group && !group.ContainsKey(Tls)
        ? group.SelectMany(entry => Values(ConfigPath.Join(path, entry.Key), entry.Value))
        : [(path, node)];

    private static IEnumerable<string> TlsFiles(JsonNode? node) => node is not JsonObject group ? [] : group.SelectMany(entry =>
        entry is { Key: Tls, Value: JsonObject tls }
            ? tls.Select(value => value.Value).OfType<JsonValue>().Where(value => value.GetValueKind() == JsonValueKind.String).Select(value => value.GetValue<string>())
            : TlsFiles(entry.Value));

    private static byte[] ContentOf(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllBytes(file) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The source or sink that wants it says so.
            return [];
        }
    }

    /// <summary>Writes secrets as they are, for nothing but the hash.</summary>
    private sealed class SecretValue : JsonConverter<Secret>
    {
        public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options)
        {
            try
            {
                writer.WriteStringValue(value.Reveal());
            }
            catch (IOException)
            {
                // Gone since the section was read; whoever needs the secret says so.
                writer.WriteStringValue("");
            }
        }
    }
}
