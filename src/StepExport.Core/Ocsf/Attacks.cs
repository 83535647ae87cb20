namespace StepExport.Core.Ocsf;

/// <summary>MITRE ATT&amp;CK (v19) tactic and technique names of what the mappers refer to, and their JSON.</summary>
internal sealed class Attacks
{
    private const string AttackVersion = "19";

    private static readonly Dictionary<string, string> Names = new()
    {
        ["TA0001"] = "Initial Access",
        ["TA0002"] = "Execution",
        ["TA0004"] = "Privilege Escalation",
        ["TA0006"] = "Credential Access",
        ["TA0010"] = "Exfiltration",
        ["TA0011"] = "Command and Control",
        ["TA0040"] = "Impact",
        ["TA0112"] = "Defense Impairment",
        ["T1003"] = "OS Credential Dumping",
        ["T1003.007"] = "Proc Filesystem",
        ["T1041"] = "Exfiltration Over C2 Channel",
        ["T1059"] = "Command and Scripting Interpreter",
        ["T1059.004"] = "Unix Shell",
        ["T1071"] = "Application Layer Protocol",
        ["T1095"] = "Non-Application Layer Protocol",
        ["T1195"] = "Supply Chain Compromise",
        ["T1195.001"] = "Compromise Software Dependencies and Development Tools",
        ["T1195.002"] = "Compromise Software Supply Chain",
        ["T1552"] = "Unsecured Credentials",
        ["T1552.001"] = "Credentials In Files",
        ["T1552.004"] = "Private Keys",
        ["T1565"] = "Data Manipulation",
        ["T1565.001"] = "Stored Data Manipulation",
        ["T1567"] = "Exfiltration Over Web Service",
        ["T1567.001"] = "Exfiltration to Code Repository",
        ["T1572"] = "Protocol Tunneling",
        ["T1610"] = "Deploy Container",
        ["T1611"] = "Escape to Host",
        ["T1677"] = "Poisoned Pipeline Execution",
        ["T1685"] = "Disable or Modify Tools",
    };

    private Attacks(byte[] json) => Json = json;

    /// <summary>No technique at all.</summary>
    public static Attacks None { get; } = new([]);

    /// <summary>The value of OCSF <c>attacks</c>; empty for <see cref="None"/>.</summary>
    public byte[] Json { get; }

    /// <summary>A list of techniques, each with the tactic it serves.</summary>
    /// <param name="uses">Tactic and technique or sub-technique, e.g. <c>("TA0006", "T1552.004")</c>.</param>
    public static Attacks Of(params (string Tactic, string Id)[] uses)
    {
        var json = OcsfWriter.Fragment(w =>
        {
            w.Array("attacks"u8);
            foreach (var (tactic, id) in uses) Write(w, tactic, id);
            w.EndArray();
        });
        return new Attacks(json["\"attacks\":".Length..]);
    }

    private static void Write(OcsfWriter w, string tactic, string id)
    {
        var technique = id.Split('.')[0];
        w.Object();
        WriteEntry(w, "tactic", tactic);
        WriteEntry(w, "technique", technique);
        w.String("version"u8, Utf8(AttackVersion));
        if (technique != id) WriteEntry(w, "sub_technique", id);
        w.EndObject();
    }

    private static void WriteEntry(OcsfWriter w, string name, string id)
    {
        w.Object(Utf8(name));
        w.String("uid"u8, Utf8(id));
        w.String("name"u8, Utf8(Names[id]));
        w.EndObject();
    }

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
