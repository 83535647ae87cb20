using System.Text.Json;

namespace StepExport.Sources.StepSecurity;

/// <summary>A member that a record has to carry because of the list it was found in: the mappers see the record alone.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value as JSON.</param>
/// <param name="IsFlag">Anything but true is replaced; else only nothing at all.</param>
internal sealed record ImpliedMember(byte[] Name, byte[] Value, bool IsFlag)
{
    public static ImpliedMember IsSuppressed { get; } = new("is_suppressed"u8.ToArray(), "true"u8.ToArray(), true);

    public static ImpliedMember IsResolved { get; } = new("is_resolved"u8.ToArray(), "true"u8.ToArray(), true);

    /// <summary>The API's incidents carry no type, those of the webhook do.</summary>
    public static ImpliedMember ThreatIntelligence { get; } = new("type"u8.ToArray(), "\"Threat-Intelligence\""u8.ToArray(), false);

    /// <summary>Whether the value that the reader stands on says it already.</summary>
    public bool IsSaidBy(in Utf8JsonReader reader)
    {
        if (!IsFlag) return reader.TokenType != JsonTokenType.Null && (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > 0);
        return reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.String or JsonTokenType.Number => reader.ValueSpan.SequenceEqual("1"u8) || System.Text.Ascii.EqualsIgnoreCase(reader.ValueSpan, "true"u8),
            _ => false,
        };
    }
}
