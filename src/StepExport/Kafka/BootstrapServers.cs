using StepExport.Configuration;

namespace StepExport.Kafka;

/// <summary>The addresses to begin with.</summary>
internal static class BootstrapServers
{
    /// <summary>Whether all of them are on this machine.</summary>
    public static bool AreLocal(string servers) =>
        servers.Split(',', StringSplitOptions.TrimEntries).All(server => Uri.TryCreate($"kafka://{server}", UriKind.Absolute, out var address) && address.IsLoopback);

    /// <summary>Reports every entry under <c>bootstrapServers</c> that is no address; pure.</summary>
    public static void Validate(string servers, ConfigProblems problems)
    {
        foreach (var server in servers.Split(',', StringSplitOptions.TrimEntries))
        {
            if (server.Length == 0)
                problems.Add("bootstrapServers", "has an empty entry; write host:port, separated by commas");
            else if (server.Contains("://", StringComparison.Ordinal))
                problems.Add("bootstrapServers", $"'{server}' has a scheme; write host:port, and tls: {{}} for TLS");
            else if (!Uri.TryCreate($"kafka://{server}", UriKind.Absolute, out var address) || address.Authority != server || address.Port is 0 or < -1)
                problems.Add("bootstrapServers", $"'{server}' is not an address; write host:port, e.g. kafka.example.com:9092");
        }
    }
}
