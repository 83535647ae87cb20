using System.Text.Json;

namespace StepExport.Sinks.Console;

/// <summary>What a person wants to read of a finding: its title, else its message.</summary>
internal static class FindingText
{
    /// <param name="body">One OCSF event as JSON.</param>
    /// <returns>Empty when it has neither.</returns>
    public static string Of(ReadOnlySpan<byte> body)
    {
        string? message = null;
        var reader = new Utf8JsonReader(body);
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("finding_info"u8))
                {
                    reader.Read();
                    if (reader.TokenType == JsonTokenType.StartObject && Title(ref reader) is { Length: > 0 } title) return title;
                }
                else if (reader.ValueTextEquals("message"u8))
                {
                    reader.Read();
                    if (reader.TokenType == JsonTokenType.String) message = reader.GetString();
                    reader.Skip();
                }
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }
        }
        catch (JsonException)
        {
            // A table is for looking at; a body that cannot be read is shown without text, its type and repository stand.
        }

        return message ?? "";
    }

    /// <summary>Reads the object to its end.</summary>
    private static string? Title(ref Utf8JsonReader reader)
    {
        string? title = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isTitle = reader.ValueTextEquals("title"u8);
            reader.Read();
            if (isTitle && reader.TokenType == JsonTokenType.String) title = reader.GetString();
            reader.Skip();
        }

        return title;
    }
}
