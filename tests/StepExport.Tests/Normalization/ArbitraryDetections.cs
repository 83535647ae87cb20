using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace StepExport.Tests.Normalization;

/// <summary>Golden inputs with values replaced, added, removed and moved: shaped like the real thing, but hostile.</summary>
internal static class ArbitraryDetections
{
    private static readonly string[] Inputs =
        [.. ProjectFiles.Cases.Select(name => File.ReadAllText(Path.Combine(ProjectFiles.Golden, name + ".input.json")))];

    private static readonly string[] Values =
    [
        "\"\"", "null", "true", "false", "0", "-1", "1.5", "1e400", "12345678901234567890", "\"true\"", "\"true/false\"", "\"a b\"",
        "\"\\u0000\\\"\\\\\\n\"", "\"é😀\"", "\"a_b.example.com:443\"", "\"Foo.BAR.\"", "\"[::1]:443\"", "\"::1\"", "\"1.2.3.4:99999\"",
        "\"01.2.3.4\"", "\"http://u:p@h/\"", "\"/\"", "\"//\"", "\"a/\"", "\"a/b/c\"", "\"-\"", "\"..\"", "{}", "[]", "[\"a\",\"\"]",
        "{\"a\":{\"b\":[1,null,{\"c\":\"d\"}]}}", "\"99999999999999999999\"", "\"1753204005123\"", "\"2025-07-22T17:06:45.265Z\"",
        "\"2025-13-22T17:06:45Z\"", "\"2147483648\"", "\"PATCH\"", "\"/repos/a/b/contents/x?token=1\"", "\"under_score.example.com.\"",
        "\"ghp_0123456789012345678901234567890123456\"", "\"Threat-Intelligence\"", "\"CRITICAL\"", "5", "\"5\"",
    ];

    private static readonly string[] Names =
    [
        "run_attempt", "tool", "direct_ip_address", "is_resolved", "is_suppressed", "is_lockdown", "event_id", "severity", "is_active",
        "incident_start_time", "incident_url", "title", "description", "ecosystem", "artifact_name", "artifact_id", "file", "path", "host",
        "method", "endpoint", "process_events", "imposter_commit", "expected_outbound_connections", "secret", "rule_id", "type", "job", "new",
    ];

    public static Gen<string> Generator { get; } =
        from input in Gen.Elements(Inputs)
        from edits in Gen.Elements(0, 1, 2, 3, 4)
        from seed in Gen.Choose(0, int.MaxValue)
        select Edit(input, edits, new Random(seed));

    private static string Edit(string input, int edits, Random random)
    {
        var root = JsonNode.Parse(input)!.AsObject();
        for (var i = 0; i < edits; i++) Edit(root, random);
        return root.ToJsonString();
    }

    private static void Edit(JsonNode node, Random random)
    {
        var value = JsonNode.Parse(Values[random.Next(Values.Length)]);
        if (node is JsonArray { Count: > 0 } array)
        {
            var index = random.Next(array.Count);
            if (array[index] is JsonObject or JsonArray && random.Next(2) == 0) Edit(array[index]!, random);
            else if (random.Next(2) == 0) array[index] = value;
            else array.Add(value);
        }
        else if (node is JsonObject { Count: > 0 } parent && random.Next(4) > 0)
        {
            var name = parent.ElementAt(random.Next(parent.Count)).Key;
            if (parent[name] is JsonObject or JsonArray && random.Next(3) > 0) Edit(parent[name]!, random);
            else if (random.Next(4) == 0) parent.Remove(name);
            else parent[name] = value;
        }
        else if (node is JsonObject grown)
        {
            grown[Names[random.Next(Names.Length)]] = value;
        }
    }
}
