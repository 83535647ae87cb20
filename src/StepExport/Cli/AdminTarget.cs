using System.CommandLine;
using System.Net;
using StepExport.Configuration;

namespace StepExport.Cli;

/// <summary>Which program a verb asks: by its address, or by its configuration.</summary>
internal static class AdminTarget
{
    public const string TokenVariable = "STEPEXPORT_ADMIN_TOKEN";

    public static Option<Uri?> Url() => new("--url")
    {
        Description = $"The admin listener, e.g. http://127.0.0.1:8970; its token stands in ${TokenVariable}. Default: as the configuration says.",
        HelpName = "URL",
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
                return url;
            result.AddError($"'{result.Tokens[0].Value}' is no address; write http://HOST:PORT");
            return null;
        },
    };

    /// <summary>Finds the admin listener and a client for it.</summary>
    /// <param name="url">As given on the command line.</param>
    /// <param name="file">The configuration, as given on the command line.</param>
    /// <param name="person">Token of the person who asks; null = the admin token.</param>
    /// <exception cref="IOException">The configuration cannot be read, or says that there is none.</exception>
    public static AdminClient Connect(Uri? url, string? file, string? person = null)
    {
        var given = person ?? (Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } token ? token : null);
        if (url is not null) return new(url, given);
        if ((file ?? ConfigFile.Default) is not { } config) return new(new Uri($"http://{new AdminConfig().Listen}"), given);
        var glance = ConfigGlance.Read(config);
        return new(AddressOf(glance.Listen, config), given ?? glance.Token?.Reveal());
    }

    private static Uri AddressOf(string listen, string config)
    {
        if (listen == ListenAddress.Off) throw new IOException($"{config}: admin.listen is off, so the program cannot be asked");
        if (ListenAddress.TryParse(listen) is not { } endPoint) throw new IOException($"{config}: admin.listen '{listen}' is not an address and port");
        if (endPoint.Port == 0) throw new IOException($"{config}: admin.listen takes any free port; give the one it got with --url http://127.0.0.1:PORT");
        var address = endPoint.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : endPoint.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : endPoint.Address;
        return new Uri($"http://{new IPEndPoint(address, endPoint.Port)}");
    }
}
