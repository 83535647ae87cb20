using StepExport.Core.Model;

namespace StepExport.Core.Normalization.Redaction;

/// <summary>Masks credentials in an argument vector, where flag and value are two strings that say nothing alone.</summary>
internal static class SecretArguments
{
    public static void Scrub(Detection detection, DetectionValue arguments, ref int count)
    {
        var program = default(DetectionText);
        var isLogin = false;
        var previous = default(DetectionText);
        foreach (var argument in arguments)
        {
            var text = argument.Text;
            if (text.IsEmpty) continue;
            if (program.IsEmpty) program = text.Slice(text.Span.LastIndexOf((byte)'/') + 1);
            isLogin |= text.Span.SequenceEqual("login"u8);
            var hidden = Hidden(program, isLogin, previous, text);
            previous = text;
            if (hidden < 0 || hidden >= text.Length || text.Span[hidden..].SequenceEqual(Redactor.Mask)) continue;
            detection.Replace(argument.Index, [.. text.Span[..hidden], .. Redactor.Mask]);
            count++;
        }
    }

    /// <summary>From which byte on the argument is a credential; -1 when it is none.</summary>
    private static int Hidden(ReadOnlySpan<byte> program, bool isLogin, ReadOnlySpan<byte> flag, ReadOnlySpan<byte> argument)
    {
        if (SecretNames.IsFlag(flag) && !argument.StartsWith("--"u8)) return 0;
        if (flag.SequenceEqual("-p"u8) && (isLogin || program.SequenceEqual("sshpass"u8))) return 0;
        if (flag.SequenceEqual("-a"u8) && program.SequenceEqual("redis-cli"u8)) return 0;
        if (flag.SequenceEqual("-u"u8) || flag.SequenceEqual("--user"u8) || flag.SequenceEqual("--proxy-user"u8))
            return program.SequenceEqual("curl"u8) || program.SequenceEqual("wget"u8) ? AfterColon(argument) : -1;
        var takesAttached = program.StartsWith("mysql"u8) || program.StartsWith("mariadb"u8) || program.SequenceEqual("sshpass"u8);
        return takesAttached && argument.Length > 2 && argument.StartsWith("-p"u8) ? 2 : -1;
    }

    private static int AfterColon(ReadOnlySpan<byte> argument) =>
        argument.IndexOf((byte)':') is >= 0 and var colon ? colon + 1 : -1;
}
