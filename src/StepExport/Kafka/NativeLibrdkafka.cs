using System.Reflection;
using System.Runtime.InteropServices;

namespace StepExport.Kafka;

/// <summary>Finds the native client for our own calls as Confluent.Kafka finds it for its: the package holds several builds, and
/// which of them can be loaded depends on the libraries that the machine has (the first one wants Cyrus SASL).</summary>
internal static class NativeLibrdkafka
{
    /// <summary>What our calls name.</summary>
    public const string Name = "librdkafka";

    private static readonly string[] Builds = [Name, "centos8-librdkafka", "alpine-librdkafka"];

    /// <summary>Has the calls of the assembly find the library. Once per assembly, before its first call.</summary>
    public static void ResolveFor(Assembly assembly) => NativeLibrary.SetDllImportResolver(assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != Name) return 0;
        foreach (var build in Builds)
        {
            if (NativeLibrary.TryLoad(build, assembly, searchPath, out var library)) return library;
        }

        // The runtime's own attempt then says what it has tried.
        return 0;
    }
}
