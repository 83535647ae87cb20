using System.Text.Json;

namespace StepExport.Core.Formats;

/// <summary>Finds the parts of one finding in a single pass over its JSON.</summary>
/// <remarks>
/// Whatever is not wholly told by parts is on the list of the rest, as the whole attribute of the finding that it lies in; of the
/// resources, as that resource. So a
/// format that writes every part and the rest loses nothing, also of attributes that a later mapper adds.
/// </remarks>
internal ref struct FindingReader
{
    private readonly ReadOnlySpan<byte> _body;
    private readonly FindingParts _parts;
    private Utf8JsonReader _in;

    /// <summary>Objects of an evidence that an earlier one has filled: those of different evidences must not mix.</summary>
    private uint _filled;

    private FindingReader(ReadOnlySpan<byte> body, FindingParts parts)
    {
        _body = body;
        _parts = parts;
        _in = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = RawText.MaxDepth });
    }

    /// <summary>Puts what was found over what was there.</summary>
    public static void Read(ReadOnlySpan<byte> body, FindingParts parts)
    {
        parts.Clear();
        var reader = new FindingReader(body, parts);
        reader._in.Read();
        reader.ReadEvent();
    }

    private void ReadEvent()
    {
        while (NextMember())
        {
            var nameStart = (int)_in.TokenStartIndex + 1;
            var name = nameStart..(nameStart + _in.ValueSpan.Length);
            var attribute = FindingAttribute.Find(Holder.Event, _in.ValueSpan);
            _in.Read();
            var start = (int)_in.TokenStartIndex;
            if (ReadValue(attribute)) continue;
            _parts.Rest.Add((name, start..(int)_in.BytesConsumed));
            if (attribute is { Inside: Holder.Resource }) _parts.Resources.Clear();
        }

        Conclude();
    }

    /// <summary>What follows from several parts, or from the value of one.</summary>
    private readonly void Conclude()
    {
        if (Is(Part.ActionId, "2"u8)) _parts.Set(Part.Denied, _parts[Part.ActionId]);
        if (Is(Part.Type, "\"Privileged-Container\""u8)) _parts.Set(Part.Privileged, _parts[Part.Type]);
        if (Is(Part.Type, "\"Source-Code-Overwritten\""u8) || Is(Part.Type, "\"Harden-Runner-Config-Changed\""u8))
            _parts.Set(Part.Change, _parts[Part.Type]);

        // A tool of which the vendor knows no process id: OCSF has to call it a file, other formats need not.
        if (_parts.Has(Part.Pid) || !Is(Part.FileType, "8"u8)) return;
        Copy(Part.FileName, Part.ProcessName);
        Copy(Part.FilePath, Part.Executable);
        Copy(Part.FileHash, Part.ProcessHash);
    }

    private readonly bool Is(Part part, ReadOnlySpan<byte> json) => _parts.Has(part) && _body[_parts[part]].SequenceEqual(json);

    private readonly void Copy(Part from, Part to)
    {
        if (_parts.Has(from)) _parts.Set(to, _parts[from]);
    }

    /// <returns>Whether everything in the value is told by parts.</returns>
    private bool ReadValue(FindingAttribute? attribute)
    {
        if (attribute is null) return Skip(told: false);

        if (attribute.Value is { } part) return TakeHere(part);
        if (attribute.Inside == Holder.None) return Skip(told: true);
        if (_in.TokenType == JsonTokenType.StartObject) return ReadObject(attribute.Inside, 0);
        if (_in.TokenType != JsonTokenType.StartArray) return false;
        var isTold = true;
        for (var index = 0; _in.Read() && _in.TokenType != JsonTokenType.EndArray; index++)
        {
            if (_in.TokenType == JsonTokenType.StartObject) isTold &= ReadObject(attribute.Inside, index);
            else isTold = Skip(told: false);
        }

        return isTold;
    }

    private bool ReadObject(Holder holder, int index) => holder switch
    {
        Holder.Evidence => ReadEvidence(index),
        Holder.Resource => ReadResource(),
        Holder.EvidenceResource => ReadEvidenceResource(),
        Holder.Attack => ReadTechnique(),
        Holder.Tag => ReadTag(),
        Holder.Observable => ReadObservable(),
        _ => ReadMembers(holder),
    };

    private bool ReadMembers(Holder holder)
    {
        var isTold = true;
        while (NextMember())
        {
            var attribute = FindingAttribute.Find(holder, _in.ValueSpan);
            _in.Read();
            isTold &= ReadValue(attribute);
        }

        return isTold;
    }

    /// <remarks>What belongs together is told only by the first evidence; further ones may fill what it has not.</remarks>
    private bool ReadEvidence(int index)
    {
        var isTold = index == 0;
        var filled = _filled;
        while (NextMember())
        {
            var attribute = FindingAttribute.Find(Holder.Evidence, _in.ValueSpan);
            _in.Read();
            var bit = attribute is null or { Inside: Holder.None } ? 0 : 1u << (int)attribute.Inside;
            isTold &= (_filled & bit) == 0 ? ReadValue(attribute) : Skip(told: false);
            filled |= bit;
        }

        _filled = filled;
        return isTold;
    }

    /// <remarks>Most findings have the same four, so only those that parts do not tell are kept.</remarks>
    private bool ReadResource()
    {
        var start = (int)_in.TokenStartIndex;
        if (!TakeResource()) _parts.Resources.Add(start..(int)_in.BytesConsumed);
        return true;
    }

    private bool TakeResource()
    {
        var (isTold, hasData) = (true, false);
        Range uid = default, alternative = default, name = default, type = default;
        while (NextMember())
        {
            var attribute = _in.ValueSpan;
            var value = NextValue();
            if (attribute.SequenceEqual("uid"u8)) uid = value;
            else if (attribute.SequenceEqual("uid_alt"u8)) alternative = value;
            else if (attribute.SequenceEqual("name"u8)) name = value;
            else if (attribute.SequenceEqual("type"u8)) type = value;
            else if (attribute.SequenceEqual("data"u8)) hasData = true;
            else if (!IsAboutOwner(attribute)) isTold = false;
        }

        // The attempt, which is all that a run has for data, is among the tags, too.
        return _body[type] switch
        {
            var t when t.SequenceEqual("\"Repository\""u8) => Take(Part.Repository, IsThere(name) ? name : uid) & isTold & !hasData,
            var t when t.SequenceEqual("\"Workflow\""u8) =>
                Take(Part.Workflow, name) & Take(Part.WorkflowId, IsThere(name) ? alternative : uid) & isTold & !hasData,
            var t when t.SequenceEqual("\"Workflow Run\""u8) => Take(Part.RunId, uid) & isTold,
            var t when t.SequenceEqual("\"Commit\""u8) => Take(Part.Commit, uid) & isTold & !hasData,
            var t when t.SequenceEqual("\"Pull Request\""u8) => Take(Part.PullRequest, uid) & isTold & !hasData,
            var t when t.SequenceEqual("\"Workflow Job\""u8) => Take(Part.JobId, uid) & Take(Part.Job, name) & isTold & !hasData,
            _ => false,
        };
    }

    private static bool IsAboutOwner(ReadOnlySpan<byte> attribute) =>
        attribute.SequenceEqual("namespace"u8) || attribute.SequenceEqual("role"u8) || attribute.SequenceEqual("role_id"u8) || attribute.SequenceEqual("owner"u8);

    private bool ReadEvidenceResource()
    {
        Range name = default, version = default, type = default, role = default;
        while (NextMember())
        {
            var attribute = _in.ValueSpan;
            var value = NextValue();
            if (attribute.SequenceEqual("name"u8)) name = value;
            else if (attribute.SequenceEqual("version"u8)) version = value;
            else if (attribute.SequenceEqual("type"u8)) type = value;
            else if (attribute.SequenceEqual("role"u8)) role = value;
        }

        if (_body[type].SequenceEqual("\"Container Image\""u8)) return Take(Part.ImageName, name) & Take(Part.ImageTag, version);
        if (!_body[type].SequenceEqual("\"GitHub Action\""u8) || !_body[role].SequenceEqual("\"Actor\""u8)) return false;
        Take(Part.PackageName, name);
        Take(Part.PackageVersion, version);
        return false; // its uid names the commit, too
    }

    private bool ReadTechnique()
    {
        var technique = default(FindingParts.Technique);
        while (NextMember())
        {
            var attribute = _in.ValueSpan;
            _in.Read();
            if (_in.TokenType != JsonTokenType.StartObject) continue; // the version of ATT&CK
            var (id, name) = ReadUidAndName();
            if (attribute.SequenceEqual("tactic"u8)) (technique.TacticId, technique.TacticName) = (id, name);
            else if (attribute.SequenceEqual("technique"u8)) (technique.Id, technique.Name) = (id, name);
            else (technique.SubId, technique.SubName) = (id, name);
        }

        _parts.Techniques.Add(technique);
        return true;
    }

    private bool ReadTag()
    {
        Range name = default, value = default;
        while (NextMember())
        {
            if (_in.ValueTextEquals("name"u8)) name = NextValue();
            else value = NextValue();
        }

        _parts.Tags.Add((name, value));
        return true;
    }

    private bool ReadObservable()
    {
        var (type, value) = (0, default(Range));
        while (NextMember())
        {
            var attribute = _in.ValueSpan;
            var range = NextValue();
            if (attribute.SequenceEqual("type_id"u8)) type = _in.GetInt32();
            else if (attribute.SequenceEqual("value"u8)) value = range;
        }

        _parts.Observables.Add((type, value));
        return true;
    }

    private (Range Uid, Range Name) ReadUidAndName()
    {
        Range uid = default, name = default;
        while (NextMember())
        {
            if (_in.ValueTextEquals("uid"u8)) uid = NextValue();
            else name = NextValue();
        }

        return (uid, name);
    }

    private bool NextMember() => _in.Read() && _in.TokenType == JsonTokenType.PropertyName;

    /// <summary>Reads the value of the member whose name was read.</summary>
    private Range NextValue()
    {
        _in.Read();
        var start = (int)_in.TokenStartIndex;
        _in.Skip();
        return start..(int)_in.BytesConsumed;
    }

    private bool Skip(bool told)
    {
        _in.Skip();
        return told;
    }

    /// <summary>Makes the value that was begun a part, unless the part is there with another value.</summary>
    private bool TakeHere(Part part)
    {
        var start = (int)_in.TokenStartIndex;
        _in.Skip();
        return Take(part, start..(int)_in.BytesConsumed);
    }

    private readonly bool Take(Part part, Range value)
    {
        if (!IsThere(value)) return true;
        if (_parts.Has(part)) return _body[_parts[part]].SequenceEqual(_body[value]);
        _parts.Set(part, value);
        return true;
    }

    private static bool IsThere(Range range) => range.End.Value > 0;
}
