using System.Buffers;
using System.Text.Json;

namespace StepExport.Sources.Webhook;

/// <summary>Knows what a "Test Connection" button sends: an object that holds nothing, or that says itself that it is a test.</summary>
/// <remarks>What the vendor's button sends is not documented. So whatever might be a detection is taken as one: an operator-defined
/// envelope may well be a flat object without <c>id</c>. Better a finding too many than one lost.</remarks>
internal static class ConnectionTest
{
    private const int Longest = 4096;
    private static readonly SearchValues<string> Flags = SearchValues.Create(["test", "ping", "is_test"], StringComparison.OrdinalIgnoreCase);
    private static readonly SearchValues<string> Names = SearchValues.Create(["event", "event_type", "action", "message", "text"], StringComparison.OrdinalIgnoreCase);
    private static readonly SearchValues<string> Words = SearchValues.Create(
        ["test", "ping", "test connection", "test_connection", "connection test", "connection_test", "test event", "test_event"],
        StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> Identities = SearchValues.Create(
        ["id", "type", "event_id", "detection", "run_id", "repo", "owner"], StringComparison.OrdinalIgnoreCase);

    /// <summary>True for one small JSON object without content, or flat and with a mark of a test; false for all else, JSON or not.</summary>
    public static bool Is(ReadOnlySequence<byte> body)
    {
        if (body.Length > Longest) return false;
        try
        {
            return IsTest(body.ToArray());
        }
        catch (JsonException)
        {
            // Not one JSON value: for the splitter to judge
            return false;
        }
    }

    private static bool IsTest(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject) return false;
        var (isEmpty, isMarked) = (true, false);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            if (Identities.Contains(name)) return false;
            json.Read();
            switch (json.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    json.Read();
                    if (json.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray)) return false;
                    break;
                case JsonTokenType.Null:
                    break;
                default:
                    isEmpty = false;
                    isMarked |= Flags.Contains(name) || (json.TokenType == JsonTokenType.String && Names.Contains(name) && Words.Contains(json.GetString()!));
                    break;
            }
        }

        // Something behind the object makes this throw
        return !json.Read() && (isEmpty || isMarked);
    }
}
