using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace StepExport.Testing.StepSecurity;

/// <summary>One detection as the API shows it in each of its states.</summary>
/// <remarks>Its number is found again in the run id, see <see cref="DetectionGenerator.RunId"/>.</remarks>
internal sealed class FakeDetection
{
    /// <summary>Every type that has a mapper; incidents come from another endpoint.</summary>
    public static IReadOnlyList<string> Types { get; } =
        [.. Core.Normalization.DetectionMappers.All.Select(mapper => mapper.Facts.Type).Where(type => type != "Threat-Intelligence")];

    private static readonly string[] SuspiciousProcess = ["Runner-Worker-Memory-Read", "Reverse-Shell", "Privileged-Container"];
    private static readonly DetectionGenerator Generator = new();
    private readonly Dictionary<string, byte[]> _json = new(StringComparer.Ordinal);
    private readonly JsonObject _record;
    private readonly string _closing;

    public FakeDetection(int number, string owner, DateTimeOffset time, string? type = null)
    {
        (Number, Owner, Type) = (number, owner, type ?? Types[number % Types.Count]);
        TimeMs = time.ToUnixTimeMilliseconds() / 1000 * 1000;
        _record = JsonNode.Parse(Generator.One(number))!.AsObject();
        var repository = "service-" + (number % 97).ToString(CultureInfo.InvariantCulture);
        (_record["id"], _record["owner"], _record["repo"], _record["owner_repo"]) = (Type, owner, repository, $"{owner}/{repository}");
        // API records: numbers are sometimes real numbers
        var seconds = TimeMs / 1000;
        _record["timestamp"] = number % 3 == 0 ? JsonValue.Create(seconds) : JsonValue.Create(seconds.ToString(CultureInfo.InvariantCulture));
        _record["run_attempt"] = 1;
        // API records: tool with its parent, direct_ip_address
        _record["tool"] = new JsonObject { ["name"] = "curl", ["sha256"] = new string('a', 64), ["parent"] = new JsonObject { ["name"] = "bash" } };
        _record["direct_ip_address"] = "203.0.113.7";
        // Flags are booleans, texts, or left out where the list says it
        _closing = (number % 5) switch { 0 => "", 1 => "\"true\"", _ => "true" };
    }

    public int Number { get; }

    public string Owner { get; }

    public string Type { get; }

    public long TimeMs { get; }

    /// <summary>The list that shows it: new, suppressed or resolved; null = none yet.</summary>
    public string? State { get; set; }

    /// <summary>Whether a request for that type shows it; one virtual type stands for three.</summary>
    public bool Is(string? type) => type is null || type == Type || (type == "Suspicious-Process-Events" && SuspiciousProcess.Contains(Type));

    public byte[] Json()
    {
        if (_json.TryGetValue(State!, out var known)) return known;
        Flag("is_suppressed", State == "suppressed");
        Flag("is_resolved", State == "resolved");
        return _json[State!] = Encoding.UTF8.GetBytes(_record.ToJsonString());
    }

    private void Flag(string name, bool value)
    {
        if (!value) _record[name] = false;
        else if (_closing.Length == 0) _record.Remove(name);
        else _record[name] = JsonNode.Parse(_closing);
    }
}
