using System.Runtime.InteropServices;
using System.Text;
using StepExport.Kafka.Auth;

namespace StepExport.Kafka;

/// <summary>Says whether a setting of librdkafka may be given, and asks librdkafka itself whether it knows it. No file, no network.</summary>
/// <param name="component">Whose setting it is, e.g. <c>this sink</c>.</param>
/// <param name="refused">What the component does not let others set, with the reason.</param>
internal sealed partial class LibrdkafkaSetting(string component, IReadOnlyDictionary<string, string> refused)
{
    private const int Ok = 0;
    private const int Unknown = -2;

    static LibrdkafkaSetting() => NativeLibrdkafka.ResolveFor(typeof(LibrdkafkaSetting).Assembly);

    /// <summary>What is wrong with it and what to do, or null.</summary>
    public string? Problem(string key, string value)
    {
        if (refused.TryGetValue(key, out var reason)) return reason;
        if (KafkaSecurity.InsteadOf(key) is { } instead) return Instead(instead, component);
        if (key.StartsWith("test.", StringComparison.Ordinal)) return "is for tests of the client, and no way to a cluster";
        return Refusal(key, value);
    }

    /// <summary>Why a value that is fixed cannot be changed.</summary>
    public static string Fixed(string reason) => $"cannot be changed: it is {reason}";

    /// <summary>That there is a setting of our own.</summary>
    public static string Instead(string ours, string component) => $"write {ours} of {component} instead";

    private static string? Refusal(string key, string value)
    {
        var text = new byte[512];
        var settings = NewSettings();
        try
        {
            return Set(settings, key, value, text, (nuint)text.Length) switch
            {
                Ok => null,
                Unknown => $"librdkafka knows no setting '{key}'; its CONFIGURATION.md lists them",
                _ => Encoding.UTF8.GetString(text.AsSpan(0, text.AsSpan().IndexOf((byte)0))),
            };
        }
        finally
        {
            Destroy(settings);
        }
    }

    [LibraryImport(NativeLibrdkafka.Name, EntryPoint = "rd_kafka_conf_new")]
    private static partial nint NewSettings();

    [LibraryImport(NativeLibrdkafka.Name, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Set(nint settings, string name, string value, [In, Out] byte[] problem, nuint problemSize);

    [LibraryImport(NativeLibrdkafka.Name, EntryPoint = "rd_kafka_conf_destroy")]
    private static partial void Destroy(nint settings);
}
