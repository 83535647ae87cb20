using System.Buffers;
using System.Text;
using System.Text.Json;
using StepExport.Core.Model;

namespace StepExport.Core.Normalization.Redaction;

/// <summary>Finds, in a few vectorized searches over the whole event, the few strings in which there may be something to mask.</summary>
internal static class SecretTraces
{
    /// <summary>
    /// One trace stands in every name, flag, program and text that is a matter of redaction, but for user info in an address.
    /// </summary>
    /// <remarks>Up to eight are told apart at first sight; of more, every other English word needs a second look.</remarks>
    private static readonly SearchValues<string>[] Traces =
    [
        SearchValues.Create(["token", "secret", "pass", "pwd", "credential", "authoriz", "bearer", "cookie"], StringComparison.OrdinalIgnoreCase),
        SearchValues.Create(["key", "mysql", "mariadb", "login", "redis-cli", "curl", "wget"], StringComparison.OrdinalIgnoreCase),
        SearchValues.Create(["auth=", "sig=", "signature=", "code="], StringComparison.OrdinalIgnoreCase),
        SearchValues.Create(
            ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "npm_", "sk_live_", "hf_", "dop_v1_", "xox", "glpat-", "sk-ant-",
             "sk-proj-", "pypi-", "AKIA", "ASIA", "AIza", "eyJ", "hvs."],
            StringComparison.Ordinal),
    ];

    /// <summary>Marks as suspect each value with a trace in its name or text, and the array that holds it.</summary>
    /// <returns>Whether there are any.</returns>
    public static bool Mark(Detection detection)
    {
        var text = detection.AllText;
        var rented = ArrayPool<char>.Shared.Rent(text.Length);
        // The traces are ASCII, so widening the bytes finds them in any UTF-8 text, and at the same place.
        var chars = rented.AsSpan(0, Encoding.Latin1.GetChars(text, rented));
        var found = text.Contains((byte)'@') && MarkUserInfo(detection);
        foreach (var traces in Traces) found |= Mark(detection, traces, chars);
        ArrayPool<char>.Shared.Return(rented);
        return found;
    }

    private static bool Mark(Detection detection, SearchValues<string> traces, ReadOnlySpan<char> text)
    {
        var jsonLength = detection.Json.Length;
        var received = new Search(traces, text[..jsonLength], 0);
        var unescaped = new Search(traces, text, jsonLength);
        if (received.IsOver && unescaped.IsOver) return false;
        var found = false;
        for (var i = 1; i < detection.NodeCount; i++)
        {
            ref var node = ref detection.Node(i);
            if ((node.NameStart < jsonLength ? ref received : ref unescaped).Hits(node.NameStart, node.NameLength)
                | (node.TextStart < jsonLength ? ref received : ref unescaped).Hits(node.TextStart, node.TextLength))
            {
                found = true;
                Mark(detection, ref node);
            }
        }

        return found;
    }

    private static bool MarkUserInfo(Detection detection)
    {
        var found = false;
        for (var i = 1; i < detection.NodeCount; i++)
        {
            ref var node = ref detection.Node(i);
            if (!HasUserInfo(detection.Text(node)) && !HasUserInfo(detection.Name(node))) continue;
            found = true;
            Mark(detection, ref node);
        }

        return found;
    }

    private static bool HasUserInfo(ReadOnlySpan<byte> text) => text.Contains((byte)'@') && text.IndexOf("://"u8) >= 0;

    /// <summary>An argument says something together with its neighbours only, so its array is suspect too.</summary>
    private static void Mark(Detection detection, ref DetectionNode node)
    {
        node.Suspect = true;
        ref var parent = ref detection.Node(node.Parent);
        if (parent.Kind == JsonTokenType.StartArray) parent.Suspect = true;
    }

    /// <summary>Goes through the traces in step with the values, both being in the order of the text.</summary>
    private ref struct Search(SearchValues<string> traces, ReadOnlySpan<char> text, int start)
    {
        private readonly ReadOnlySpan<char> _text = text;
        private int _next = Next(traces, text, start);

        public readonly bool IsOver => _next == int.MaxValue;

        public bool Hits(int start, int length)
        {
            if (length == 0) return false;
            if (_next < start) _next = Next(traces, _text, start);
            return _next < start + length;
        }

        private static int Next(SearchValues<string> traces, ReadOnlySpan<char> text, int start) =>
            text[start..].IndexOfAny(traces) is >= 0 and var distance ? start + distance : int.MaxValue;
    }
}
