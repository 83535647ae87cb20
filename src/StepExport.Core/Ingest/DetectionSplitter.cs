using System.Buffers;

namespace StepExport.Core.Ingest;

/// <summary>Splits a stream of bytes into detections: one object, many (one per line, or with any or no white space between), an
/// array of them, or the vendor's envelopes, in any sequence. What comes out does not depend on how the bytes arrive.</summary>
/// <remarks>
/// <para>Objects come out as slices of the read buffer. Only their brackets, strings and line breaks are looked at.</para>
/// <para>What is no object is reported and never repaired. Outside an array a bad item goes to the end of its line; in an array, a
/// value of another kind goes to its own end. An object that breaks (a string that a line feed cuts, a bracket that does not match,
/// a line after which JSON cannot go on, the end of the stream) goes to the end of the line in which it <em>begins</em>, and on over
/// the lines that are indented deeper or close it with <c>}</c> at the same depth: so one bad line costs one line, and one bad object
/// that is printed over many lines costs that object.</para>
/// <para>Memory: the largest event allowed and one read buffer, doubled at most.</para>
/// </remarks>
internal sealed class DetectionSplitter : IDisposable
{
    /// <summary>Bytes of a bad item that are reported; its true length is said.</summary>
    public const int BadBytesKept = 64 * 1024;

    public const int DefaultMaxEventSize = 1_000_000;

    private static readonly SearchValues<byte> EndOfToken = SearchValues.Create(",]}\n"u8);
    private readonly SplitBuffer _input = new();
    private readonly BadItem _bad = new();
    private readonly int _maxEventSize;
    private Mode _mode;
    private ValueScanner _scanner;
    private SplitPosition _begin;
    private SplitItem _item;
    private bool _found;
    private bool _final;
    private long _line;
    private int _indent;
    private SplitContainer _container;
    private SplitExpected _expected;

    /// <param name="maxEventSize">Bytes of the largest event; a larger one is a bad item, and is not held in memory.</param>
    public DetectionSplitter(int maxEventSize = DefaultMaxEventSize) => _maxEventSize = maxEventSize;

    private enum Mode : byte
    {
        Between,
        Value,
        Tail,
        Oversized,
        BadLines,
        BadString,
        BadToken,
    }

    /// <summary>Where to go on later: behind all that was returned, before all that was not.</summary>
    public SplitPosition Position => _mode == Mode.Between ? Current : _begin;

    private SplitPosition Current => new(_input.Offset, _line, _container, _expected, _indent);

    /// <summary>Starts over with another stream, which is positioned at <see cref="SplitPosition.Offset"/>.</summary>
    public void Reset(SplitPosition position)
    {
        _input.Reset(position.Offset);
        (_, _line, _container, _expected, _indent) = position;
        (_mode, _final) = (Mode.Between, false);
    }

    /// <summary>Room for the next bytes; call <see cref="Filled"/> or <see cref="Complete"/> afterwards. Items returned before are void.</summary>
    public Memory<byte> Room() => _input.Room();

    /// <summary>So many bytes were put at the beginning of <see cref="Room"/>.</summary>
    public void Filled(int count) => _input.Filled(count);

    /// <summary>The stream has ended: what is left is what there is.</summary>
    public void Complete() => _final = true;

    /// <summary>The next item; false when more bytes are needed, or after <see cref="Complete"/> when there is nothing left.</summary>
    public bool TryRead(out SplitItem item)
    {
        _found = false;
        while (!_found && Step())
        {
        }

        item = _found ? _item : default;
        return _found;
    }

    public void Dispose() => _input.Dispose();

    /// <summary>False when it cannot go on without more bytes.</summary>
    private bool Step() => _mode switch
    {
        Mode.Between => Between(),
        Mode.Value => Value(),
        Mode.Tail => Tail(),
        Mode.Oversized => Oversized(_scanner.Scan(_input.Rest)),
        Mode.BadLines => BadLines(),
        Mode.BadString => BadString(),
        _ => BadToken(),
    };

    private bool Between()
    {
        SkipBlank();
        var rest = _input.Rest;
        if (rest.IsEmpty) return _final && AtEnd();
        var inArray = _container != SplitContainer.Stream;
        if (inArray && Separator(rest[0])) return true;
        if (rest[0] == 0xEF && !inArray)
        {
            if (rest.Length < 3 && !_final) return false;
            if (rest.StartsWith("\uFEFF"u8))
            {
                _input.Skip(3);
                return true;
            }
        }

        _begin = Current;
        if (rest[0] == '[' && !inArray) return Enter(SplitContainer.Array, 0);
        if (rest[0] is (byte)'{' or (byte)'[')
        {
            _scanner = default;
            _mode = Mode.Value;
            return true;
        }

        _bad.Begin(_begin, Describe(rest[0]), mayGoOn: false);
        _mode = !inArray ? Mode.BadLines : rest[0] == '"' ? Mode.BadString : Mode.BadToken;
        if (inArray) Pass(1);
        return true;
    }

    private void SkipBlank()
    {
        var rest = _input.Rest;
        var i = 0;
        for (; i < rest.Length && rest[i] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'; i++)
        {
            if (rest[i] == '\n') (_line, _indent) = (_line + 1, 0);
            else if (_indent >= 0 && rest[i] != '\r') _indent++;
        }

        _input.Skip(i);
    }

    /// <summary>Takes a comma or the end of the array, and notices when one is missing. False: a value begins.</summary>
    private bool Separator(byte next)
    {
        var mayEnd = _expected != SplitExpected.Item;
        switch (next)
        {
            case (byte)',' when _expected is SplitExpected.CommaOrEnd or SplitExpected.Anything:
                _expected = SplitExpected.Item;
                Consume(1);
                return true;
            case (byte)',':
                Report("a value is missing before ','", 1);
                return true;
            case (byte)']' when !mayEnd:
                _expected = SplitExpected.CommaOrEnd;
                Report("a value is missing before ']'", 0);
                return true;
            case (byte)']':
                _begin = Current;
                LeaveArray();
                return true;
            default:
                if (_expected != SplitExpected.CommaOrEnd) return false;
                // One that begins a line was hardly meant for the array: a stray '[' must not take the lines after it
                if (_indent == 0 && next is (byte)'{' or (byte)'[') _container = SplitContainer.Stream;
                _expected = SplitExpected.Anything;
                Report("',' or ']' is missing before this", 0);
                return true;
        }
    }

    private void LeaveArray()
    {
        var objects = _container switch { SplitContainer.NestedEnvelope => 2, SplitContainer.Envelope => 1, _ => 0 };
        if (objects == 0)
        {
            Consume(1);
            _container = SplitContainer.Stream;
            return;
        }

        // The bracket is scanned already; it stays there for a line feed behind it to be judged by
        _scanner = ValueScanner.Inside(objects);
        _scanner.Position = 1;
        _mode = Mode.Tail;
    }

    private bool Enter(SplitContainer container, int bracket)
    {
        _line += _input.Rest[..bracket].Count((byte)'\n');
        Consume(bracket + 1);
        (_container, _expected, _mode) = (container, SplitExpected.ItemOrEnd, Mode.Between);
        return true;
    }

    private bool Value()
    {
        var rest = _input.Rest;
        var result = _scanner.Scan(rest);
        if (_scanner.Position > _maxEventSize) return TooLarge(rest, result);
        if (result == ScanResult.Complete) return Whole(rest[..Math.Min(rest.Length, _scanner.Position)]);
        if (result == ScanResult.NeedMore && !_final) return false;
        _bad.Begin(_begin, _scanner.Error ?? "the stream ends in the middle of it", mayGoOn: true);
        _mode = Mode.BadLines;
        return true;
    }

    private bool Whole(ReadOnlySpan<byte> value)
    {
        var array = -1;
        var envelope = _container == SplitContainer.Stream ? EnvelopeProbe.Find(value, out array) : SplitContainer.Stream;
        if (envelope != SplitContainer.Stream) return Enter(envelope, array);

        var error = value[0] == '[' ? Describe((byte)'[') : _scanner.TooDeep ? $"nested deeper than {ValueScanner.MaxDepth}" : null;
        var kept = error is null ? value.Length : Math.Min(value.Length, BadBytesKept);
        Found(new(_input.Slice(kept), _line + 1, _input.Offset, value.Length, error));
        _line += _scanner.LineFeeds;
        _expected = SplitExpected.CommaOrEnd;
        _mode = Mode.Between;
        Consume(value.Length);
        return true;
    }

    private bool TooLarge(ReadOnlySpan<byte> rest, ScanResult result)
    {
        // An envelope may be of any size: it is judged by what came so far, and then read item by item
        if (_container == SplitContainer.Stream && EnvelopeProbe.Find(rest[.._maxEventSize], out var array) is var envelope and not SplitContainer.Stream)
            return Enter(envelope, array);
        _bad.Begin(_begin, $"larger than {_maxEventSize} bytes", mayGoOn: true);
        _mode = Mode.Oversized;
        return Oversized(result);
    }

    private bool Oversized(ScanResult result)
    {
        var ends = result == ScanResult.NeedMore && _final;
        var done = ends ? _input.Rest.Length : _scanner.Position - (result == ScanResult.NeedMore ? ValueScanner.LookAround : 0);
        if (done > 0)
        {
            Pass(done);
            _scanner.Position -= done;
        }

        if (result == ScanResult.NeedMore && !ends) return false;
        _line += _scanner.LineFeeds;
        if (result == ScanResult.Broken) _mode = Mode.BadLines;
        else EndBad();
        return true;
    }

    private bool Tail()
    {
        var result = _scanner.Scan(_input.Rest);
        var ends = result == ScanResult.NeedMore && _final;
        var done = ends ? _input.Rest.Length : _scanner.Position - (result == ScanResult.NeedMore ? ValueScanner.LookAround : 0);
        if (done > 0)
        {
            _input.Skip(done);
            _scanner.Position -= done;
        }

        if (result == ScanResult.NeedMore && !ends) return false;
        _line += _scanner.LineFeeds;
        (_container, _mode, _indent) = (SplitContainer.Stream, Mode.Between, -1);
        if (ends) Report("the stream ends inside an envelope", 0);
        if (result != ScanResult.Broken) return true;
        _bad.Begin(Current, _scanner.Error!, mayGoOn: false);
        _mode = Mode.BadLines;
        return true;
    }

    private bool BadLines()
    {
        var rest = _input.Rest;
        var lineFeed = rest.IndexOf((byte)'\n');
        if (lineFeed != 0)
        {
            Pass(lineFeed < 0 ? rest.Length : lineFeed);
            if (lineFeed < 0 && _final) EndBad();
            return lineFeed >= 0 || _final;
        }

        if (!_bad.MayGoOn) return EndBad();
        var ahead = rest[1..Math.Min(rest.Length, ValueScanner.LookAround)];
        var indent = ahead.IndexOfAnyExcept((byte)' ', (byte)'\t');
        if (indent < 0 && rest.Length < ValueScanner.LookAround) return _final && EndBad();
        if (indent >= 0 && indent <= _bad.Indent && !(indent == _bad.Indent && ahead[indent] == '}')) return EndBad();
        Pass(1);
        _line++;
        return true;
    }

    private bool BadString()
    {
        var rest = _input.Rest;
        var at = rest.IndexOfAny((byte)'"', (byte)'\\', (byte)'\n');
        if (at >= 0 && rest[at] == '\n') return EndBad(at);
        if (at >= 0 && rest[at] == '"') return EndBad(at + 1);
        if (at >= 0 && at + 1 < rest.Length)
        {
            Pass(rest[at + 1] == '\n' ? at + 1 : at + 2);
            return true;
        }

        if (_final) return EndBad(rest.Length);
        Pass(at < 0 ? rest.Length : at);
        return false;
    }

    private bool BadToken()
    {
        var rest = _input.Rest;
        var at = rest.IndexOfAny(EndOfToken);
        if (at >= 0 || _final) return EndBad(at < 0 ? rest.Length : at);
        Pass(rest.Length);
        return false;
    }

    private bool AtEnd()
    {
        if (_container == SplitContainer.Stream) return false;
        _container = SplitContainer.Stream;
        // Behind a bad item that is no news
        if (_expected != SplitExpected.Anything) Report("the stream ends inside an array", 0);
        return true;
    }

    /// <summary>Takes bytes into the bad item.</summary>
    private void Pass(int count)
    {
        _bad.Append(_input.Rest[..count]);
        Consume(count);
    }

    private bool EndBad(int last = 0)
    {
        Pass(last);
        Found(_bad.ToItem());
        _expected = SplitExpected.Anything;
        _mode = Mode.Between;
        return true;
    }

    /// <summary>A bad item of this many bytes, beginning here.</summary>
    private void Report(string error, int length)
    {
        Found(new(_input.Slice(length), _line + 1, _input.Offset, length, error));
        if (length > 0) Consume(length);
    }

    private void Found(in SplitItem item) => (_item, _found) = (item, true);

    private void Consume(int count)
    {
        _input.Skip(count);
        _indent = -1;
    }

    private static string Describe(byte first) => first switch
    {
        (byte)'"' => "a string is not a detection",
        (byte)'[' => "an array inside an array is not a detection",
        (byte)'-' or (>= (byte)'0' and <= (byte)'9') => "a number is not a detection",
        (byte)'t' or (byte)'f' or (byte)'n' => "not a JSON object",
        _ => "not JSON",
    };
}
