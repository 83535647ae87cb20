using System.Text;
using System.Text.Json;

namespace StepExport.Core.Ocsf;

/// <summary>One observable of the event, told to an older version. Texts are JSON, quotes and escapes included; <see cref="Name"/> is bare.</summary>
internal ref struct OlderObservable
{
    /// <summary>Observable types that the attributes got after 1.1.0.</summary>
    private static readonly (int Type, OcsfVersion Since)[] Later =
    [
        (10, OcsfVersion.V1_5_0), // Resource UID: the attribute was plain text
        (11, OcsfVersion.V1_3_0), // Port
        (13, OcsfVersion.V1_3_0), // Command Line
        (15, OcsfVersion.V1_3_0), // Process ID
        (38, OcsfVersion.V1_5_0), // Resource Details Object: name
        (45, OcsfVersion.V1_5_0), // File Path
    ];

    private int _type;
    private ReadOnlySpan<byte> _caption;
    private ReadOnlySpan<byte> _value;

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Reads the object that the reader stands at the start of.</summary>
    public static OlderObservable Read(ReadOnlySpan<byte> body, ref Utf8JsonReader reader)
    {
        var observable = default(OlderObservable);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            if (name.SequenceEqual("name"u8)) observable.Name = reader.ValueSpan;
            else if (name.SequenceEqual("type_id"u8)) observable._type = reader.GetInt32();
            else if (name.SequenceEqual("type"u8)) observable._caption = reader.ValueSpan;
            else observable._value = body[(int)reader.TokenStartIndex..(int)reader.BytesConsumed];
        }

        return observable;
    }

    /// <summary>Whether what it points at is there.</summary>
    /// <param name="version">That is written.</param>
    /// <param name="event">The event's class.</param>
    public readonly bool IsPossible(OlderVersion version, OcsfShape @event)
    {
        if (!version.KnowsPath(@event, Name)) return false;
        return !version.IsStrict || !Name.EndsWith(".hostname"u8) || Hostname.IsStrict(_value[1..^1]);
    }

    /// <summary>Writes it; a type that the version does not have there is Other, under its own caption.</summary>
    public readonly void Write(OcsfWriter w, OcsfVersion version, int maxLength)
    {
        var type = _type;
        foreach (var later in Later)
        {
            if (later.Type == type && version < later.Since) type = 99;
        }

        w.Object();
        w.String("name"u8, Name);
        w.Number("type_id"u8, type);
        w.String("type"u8, _caption);
        w.Name("value"u8);
        WriteCut(w, _value, maxLength);
        w.EndObject();
    }

    /// <summary>Writes a string, cut to so many characters.</summary>
    /// <param name="w">Receives it.</param>
    /// <param name="json">The string with its quotes.</param>
    /// <param name="maxLength">In characters, not bytes.</param>
    public static void WriteCut(OcsfWriter w, ReadOnlySpan<byte> json, int maxLength)
    {
        if (json.Length <= maxLength)
        {
            w.Raw(json);
            return;
        }

        var reader = new Utf8JsonReader(json);
        reader.Read();
        var text = reader.GetString() ?? string.Empty;
        var end = 0;
        for (var characters = 0; end < text.Length && characters < maxLength; characters++)
            end += char.IsHighSurrogate(text[end]) ? 2 : 1;
        w.String(Encoding.UTF8.GetBytes(text[..end]));
    }
}
