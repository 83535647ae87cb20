using System.Buffers;
using System.Text.Json;

namespace StepExport.Core.Ocsf;

/// <summary>Rewrites one event for an older version in a single pass.</summary>
/// <remarks>
/// The mapping sees to it that an element of an array never has to go as a whole (an evidence always holds something that 1.1.0
/// counts as evidence), so positions stay and observables keep pointing at the right place. What has to change is local:
/// attributes the version does not know are left out, enumeration values it does not know are told in its own words.
/// </remarks>
internal ref struct VersionRewriter
{
    /// <summary>The deepest detection, under <c>evidences[].data</c>.</summary>
    private const int MaxDepth = 128;

    /// <summary>Characters of a string before 1.4.</summary>
    private const int LongestString = 65_535;

    /// <summary>Sinks render on any thread of the pool, each event on one: a writer per thread saves making one per event.</summary>
    [ThreadStatic]
    private static OcsfWriter? _writer;

    private readonly OlderVersion _version;
    private readonly ReadOnlySpan<byte> _body;
    private readonly OcsfWriter _out;

    /// <summary>The event itself, by its class.</summary>
    private readonly OcsfShape _event;
    private Utf8JsonReader _in;

    private VersionRewriter(OlderVersion version, ReadOnlySpan<byte> body, OcsfWriter output)
    {
        _version = version;
        _body = body;
        _in = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        _out = output;
        _event = OcsfClasses.Of(body) switch
        {
            OcsfClass.ComplianceFinding => OcsfShape.ComplianceFinding,
            OcsfClass.EntityManagement => OcsfShape.EntityManagement,
            _ => OcsfShape.Event,
        };
    }

    public static ReadOnlySpan<byte> Rewrite(OlderVersion version, ReadOnlySpan<byte> body, ArrayBufferWriter<byte> scratch)
    {
        var writer = _writer ??= new OcsfWriter(scratch);
        writer.MoveTo(scratch);
        var rewriter = new VersionRewriter(version, body, writer);
        rewriter._in.Read();
        rewriter.CopyValue(rewriter._event);
        return writer.Flush();
    }

    private void CopyValue(OcsfShape shape)
    {
        var start = (int)_in.TokenStartIndex;
        if (shape is OcsfShape.Plain or OcsfShape.Json || _in.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            var ahead = _in;
            ahead.Skip();
            var json = _body[start..(int)ahead.BytesConsumed];
            if (shape == OcsfShape.Json || !_version.IsStrict || json.Length <= LongestString)
            {
                _in = ahead;
                _out.Raw(json);
                return;
            }
        }

        switch (_in.TokenType)
        {
            case JsonTokenType.StartObject:
                _out.Object();
                while (_in.Read() && _in.TokenType == JsonTokenType.PropertyName) CopyMember(shape);
                _out.EndObject();
                break;
            case JsonTokenType.StartArray when shape == OcsfShape.Observable:
                CopyObservables();
                break;
            case JsonTokenType.StartArray:
                _out.Array();
                while (_in.Read() && _in.TokenType != JsonTokenType.EndArray) CopyValue(shape);
                _out.EndArray();
                break;
            default:
                OlderObservable.WriteCut(_out, _body[start..(int)_in.BytesConsumed], LongestString);
                break;
        }
    }

    private void CopyMember(OcsfShape owner)
    {
        var name = _in.ValueSpan;
        var isKnown = _version.Knows(owner, name, out var shape);
        _in.Read();
        if (Replaces(owner, name)) return;
        if (!isKnown || Drops(owner, name))
        {
            _in.Skip();
            return;
        }

        _out.Name(name);
        CopyValue(shape);
    }

    /// <summary>An attribute that is known but whose value the version does not take.</summary>
    private readonly bool Drops(OcsfShape owner, ReadOnlySpan<byte> name)
    {
        if (owner == OcsfShape.HttpRequest && name.SequenceEqual("http_method"u8))
            return _version.Version < OcsfVersion.V1_6_0 && _in.ValueTextEquals("PATCH"u8);
        if (owner == OcsfShape.Evidence && name.SequenceEqual("query"u8)) return _version.IsStrict && !HasStrictHostname(_in);
        return owner == OcsfShape.Url && name.SequenceEqual("hostname"u8) && _version.IsStrict && !Hostname.IsStrict(_in.ValueSpan);
    }

    /// <summary>Attributes whose value becomes another one; writes it and returns true.</summary>
    private bool Replaces(OcsfShape owner, ReadOnlySpan<byte> name) => owner switch
    {
        OcsfShape.Event => ReplacesAction(name),
        OcsfShape.ComplianceFinding => ReplacesResources(name),
        OcsfShape.Metadata => ReplacesMetadata(name),
        OcsfShape.Analytic => ReplacesAnalytic(name),
        OcsfShape.File => ReplacesFile(name),
        OcsfShape.Endpoint when name.SequenceEqual("hostname"u8) && _version.IsStrict && !Hostname.IsStrict(_in.ValueSpan) =>
            Write("name"u8, _body[(int)_in.TokenStartIndex..(int)_in.BytesConsumed]),
        _ => false,
    };

    /// <summary>Observed is not among the actions before 1.4: what was not denied was allowed.</summary>
    private readonly bool ReplacesAction(ReadOnlySpan<byte> name)
    {
        if (!_version.IsStrict) return false;
        if (name.SequenceEqual("action_id"u8) && _in.ValueSpan.SequenceEqual("3"u8)) return Write("action_id"u8, "1"u8);
        return name.SequenceEqual("action"u8) && _in.ValueTextEquals("Observed"u8) && Write("action"u8, "\"Allowed\""u8);
    }

    private bool ReplacesMetadata(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("version"u8))
        {
            _out.String("version"u8, _version.Text);
            // Who acted is of the profile `host` before 1.5, and of every class that needs it since.
            if (_event == OcsfShape.EntityManagement && _version.IsStrict) _out.Raw("profiles"u8, """["host"]"""u8);
            return true;
        }

        if (!name.SequenceEqual("profiles"u8) || !_version.IsStrict) return false;
        // data_classifications is of 1.4, and a profile must not be listed without use.
        _in.Skip();
        return Write("profiles"u8, """["security_control"]"""u8);
    }

    private readonly bool ReplacesAnalytic(ReadOnlySpan<byte> name) =>
        _version.Version < OcsfVersion.V1_3_0 && name.SequenceEqual("type_id"u8) && _in.ValueSpan.SequenceEqual("8"u8)
        && Write("type_id"u8, "99"u8);

    private readonly bool ReplacesFile(ReadOnlySpan<byte> name)
    {
        if (_version.Version >= OcsfVersion.V1_6_0) return false;
        if (name.SequenceEqual("type_id"u8) && _in.ValueSpan.SequenceEqual("8"u8)) return Write("type_id"u8, "1"u8);
        return name.SequenceEqual("type"u8) && _in.ValueTextEquals("Executable File"u8) && Write("type"u8, "\"Regular File\""u8);
    }

    /// <summary>A Compliance Finding has one resource before 1.3: the first. The others stay, unmapped.</summary>
    private bool ReplacesResources(ReadOnlySpan<byte> name)
    {
        if (_version.Version >= OcsfVersion.V1_3_0 || !name.SequenceEqual("resources"u8) || _in.TokenType != JsonTokenType.StartArray) return false;
        var others = false;
        for (var first = true; _in.Read() && _in.TokenType != JsonTokenType.EndArray; first = false)
        {
            if (!first && !others)
            {
                _out.Object("unmapped"u8);
                _out.Array("resources"u8);
                others = true;
            }

            if (first) _out.Name("resource"u8);
            CopyValue(OcsfShape.Resource);
        }

        if (!others) return true;
        _out.EndArray();
        _out.EndObject();
        return true;
    }

    private void CopyObservables()
    {
        _out.Array();
        while (_in.Read() && _in.TokenType != JsonTokenType.EndArray)
        {
            var observable = OlderObservable.Read(_body, ref _in);
            if (!observable.IsPossible(_version, _event)) continue;
            observable.Write(_out, _version.Version, _version.IsStrict ? LongestString : int.MaxValue);
        }

        _out.EndArray();
    }

    private readonly bool Write(ReadOnlySpan<byte> name, ReadOnlySpan<byte> json)
    {
        _out.Raw(name, json);
        return true;
    }

    /// <summary>Looks ahead on a copy of the reader, which stands at the start of the object.</summary>
    private static bool HasStrictHostname(Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isHostname = reader.ValueTextEquals("hostname"u8);
            reader.Read();
            if (isHostname) return Hostname.IsStrict(reader.ValueSpan);
        }

        return false;
    }
}
