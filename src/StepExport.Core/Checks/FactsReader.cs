using System.Text;
using System.Text.Json;

namespace StepExport.Core.Checks;

/// <summary>Finds what a check needs in one pass over the OCSF event.</summary>
internal ref struct FactsReader
{
    /// <summary>Deeper than whatever intake lets through, with all that is put around it.</summary>
    private const int MaxDepth = 1000;

    private const int DetectionFinding = 2004;
    private const int ExecutableFile = 8;

    private Utf8JsonReader _in;

    public FactsReader(ReadOnlySpan<byte> body) => _in = new(body, new JsonReaderOptions { MaxDepth = MaxDepth });

    public bool IsDetectionFinding { get; private set; }

    /// <summary>Made by StepExport itself.</summary>
    public bool IsOurs { get; private set; }

    public string? CorrelationUid { get; private set; }

    public string? Uid { get; private set; }

    /// <summary>The vendor tells the finding from others of the run.</summary>
    public bool HasKey { get; private set; }

    public string? Message { get; private set; }

    public string? Title { get; private set; }

    public string? Description { get; private set; }

    public string? SourceUrl { get; private set; }

    public string? Workflow { get; private set; }

    public string? Job { get; private set; }

    public string? Process { get; private set; }

    /// <summary>Null for none.</summary>
    public List<CalledEndpoint>? Endpoints { get; private set; }

    /// <exception cref="JsonException">It is no JSON.</exception>
    public void Read()
    {
        if (!_in.Read() || _in.TokenType != JsonTokenType.StartObject) return;
        while (NextMember())
        {
            if (_in.ValueTextEquals("class_uid"u8)) IsDetectionFinding = Number() == DetectionFinding;
            else if (_in.ValueTextEquals("message"u8)) Message = Text();
            else if (_in.ValueTextEquals("metadata"u8)) ReadMetadata();
            else if (_in.ValueTextEquals("finding_info"u8)) ReadFindingInfo();
            else if (_in.ValueTextEquals("evidences"u8)) ReadEvidences();
            else Skip();
        }
    }

    private void ReadMetadata()
    {
        if (!Enter()) return;
        while (NextMember())
        {
            if (_in.ValueTextEquals("log_provider"u8)) IsOurs = Text() == "StepExport";
            else if (_in.ValueTextEquals("correlation_uid"u8)) CorrelationUid = Text();
            else Skip();
        }
    }

    private void ReadFindingInfo()
    {
        if (!Enter()) return;
        while (NextMember())
        {
            if (_in.ValueTextEquals("uid"u8)) Uid = Text();
            else if (_in.ValueTextEquals("uid_alt"u8)) HasKey = Text() is not null;
            else if (_in.ValueTextEquals("title"u8)) Title = Text();
            else if (_in.ValueTextEquals("desc"u8)) Description = Text();
            else if (_in.ValueTextEquals("src_url"u8)) SourceUrl = Text();
            else if (_in.ValueTextEquals("tags"u8)) ReadTags();
            else Skip();
        }
    }

    private void ReadTags()
    {
        if (!EnterArray()) return;
        while (NextObject())
        {
            string? name = null, value = null;
            while (NextMember())
            {
                if (_in.ValueTextEquals("name"u8)) name = Text();
                else if (_in.ValueTextEquals("value"u8)) value = Text();
                else Skip();
            }

            if (name == "cicd.pipeline.name") Workflow = value;
            else if (name == "cicd.pipeline.task.name") Job = value;
        }
    }

    private void ReadEvidences()
    {
        if (!EnterArray()) return;
        while (NextObject())
        {
            string? process = null, tool = null, parent = null;
            while (NextMember())
            {
                if (_in.ValueTextEquals("dst_endpoint"u8)) ReadEndpoint();
                else if (_in.ValueTextEquals("process"u8)) process = ReadProcess();
                else if (_in.ValueTextEquals("file"u8)) tool = ReadTool();
                else if (_in.ValueTextEquals("data"u8)) parent = ReadToolParent();
                else Skip();
            }

            Process ??= process ?? (tool is null || parent is null ? tool : $"{tool} (started by {parent})");
        }
    }

    private void ReadEndpoint()
    {
        if (!Enter()) return;
        string? host = null, ip = null, name = null;
        int? port = null;
        while (NextMember())
        {
            if (_in.ValueTextEquals("hostname"u8)) host = Text();
            else if (_in.ValueTextEquals("ip"u8)) ip = Text();
            else if (_in.ValueTextEquals("name"u8)) name = Text();
            else if (_in.ValueTextEquals("port"u8)) port = Number();
            else Skip();
        }

        if (port is < 0 or > ushort.MaxValue) port = null;
        Add(host ?? name, port);

        // An address beside a name was called without it: who expects the name does not expect the address.
        Add(ip, port);
    }

    private void Add(string? host, int? port)
    {
        if (FindingFacts.Cut(host) is not { Length: > 0 } bounded) return;
        Endpoints ??= [];
        foreach (var known in Endpoints)
        {
            if (known.Host.Equals(bounded, StringComparison.OrdinalIgnoreCase) && (port is null || known.Port == port)) return;
        }

        Endpoints.Add(new(bounded, port));
    }

    private string? ReadProcess()
    {
        if (!Enter()) return null;
        string? command = null, name = null;
        while (NextMember())
        {
            if (_in.ValueTextEquals("cmd_line"u8)) command = Text();
            else if (_in.ValueTextEquals("name"u8)) name = Text();
            else Skip();
        }

        return command ?? name;
    }

    /// <summary>Of a tool the vendor knows no process, so it is an executable file.</summary>
    private string? ReadTool()
    {
        if (!Enter()) return null;
        string? name = null;
        var isTool = false;
        while (NextMember())
        {
            if (_in.ValueTextEquals("name"u8)) name = Text();
            else if (_in.ValueTextEquals("type_id"u8)) isTool = Number() == ExecutableFile;
            else Skip();
        }

        return isTool ? name : null;
    }

    private string? ReadToolParent()
    {
        if (!Enter()) return null;
        string? name = null;
        while (NextMember())
        {
            if (!_in.ValueTextEquals("tool_parent"u8))
            {
                Skip();
            }
            else if (Enter())
            {
                while (NextMember())
                {
                    if (_in.ValueTextEquals("name"u8)) name = Text();
                    else Skip();
                }
            }
        }

        return name;
    }

    private bool NextMember() => _in.Read() && _in.TokenType == JsonTokenType.PropertyName;

    /// <summary>The next object of the array; what is none is passed over.</summary>
    private bool NextObject()
    {
        while (_in.Read() && _in.TokenType != JsonTokenType.EndArray)
        {
            if (_in.TokenType == JsonTokenType.StartObject) return true;
            _in.Skip();
        }

        return false;
    }

    /// <summary>Goes into the member's value when it is an object, else over it.</summary>
    private bool Enter() => Enter(JsonTokenType.StartObject);

    private bool EnterArray() => Enter(JsonTokenType.StartArray);

    private bool Enter(JsonTokenType wanted)
    {
        _in.Read();
        if (_in.TokenType == wanted) return true;
        _in.Skip();
        return false;
    }

    private void Skip()
    {
        _in.Read();
        _in.Skip();
    }

    private int? Number()
    {
        _in.Read();
        if (_in.TokenType == JsonTokenType.Number && _in.TryGetInt32(out var number)) return number;
        _in.Skip();
        return null;
    }

    /// <returns>Null when it is no text, or an empty one.</returns>
    private string? Text()
    {
        _in.Read();
        if (_in.TokenType != JsonTokenType.String)
        {
            _in.Skip();
            return null;
        }

        var text = Unescaped();

        // SQLite's functions read a text to its first NUL.
        return text.Length == 0 ? null : text.Replace('\0', '\uFFFD');
    }

    private readonly string Unescaped()
    {
        if (!_in.ValueIsEscaped) return Encoding.UTF8.GetString(_in.ValueSpan);
        try
        {
            return _in.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair is JSON, and no text: better with its escapes than not at all.
            return Encoding.UTF8.GetString(_in.ValueSpan);
        }
    }
}
