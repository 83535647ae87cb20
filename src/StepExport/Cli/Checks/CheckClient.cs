using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using StepExport.Checks;
using StepExport.Core.Checks;

namespace StepExport.Cli.Checks;

/// <summary>Asks a running program for its checks. What goes wrong is an <see cref="IOException"/> that says what to do.</summary>
internal sealed class CheckClient(AdminClient client)
{
    /// <summary>A newer program may say more.</summary>
    public static JsonSerializerOptions Layout { get; } = new(ChecksApi.Layout) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip, WriteIndented = false };

    public async Task<CheckListReport> ListAsync(string query, CancellationToken stop) => await GetAsync<CheckListReport>($"{ChecksApi.Path}?{query}", stop);

    public async Task<CheckDetailReport> ShowAsync(CheckKey key, CancellationToken stop) => await GetAsync<CheckDetailReport>(PathOf(key), stop);

    /// <summary>What became of it.</summary>
    public async Task<DecisionReport> ApproveAsync(CheckKey key, int revision, string? comment, CancellationToken stop)
    {
        var (status, body) = await client.PostAsync(
            $"{PathOf(key)}/approve", JsonSerializer.Serialize(new ApproveRequest { Revision = revision, Comment = comment }, Layout), stop);
        if (status == HttpStatusCode.Unauthorized) throw new IOException($"{client.Address} knows nobody with this token: it has to be that of an operator in checks.signIn.operators");
        return Read<DecisionReport>(body) is { Text: not null } decision ? decision : throw Refused(status, body);
    }

    private async Task<T> GetAsync<T>(string path, CancellationToken stop)
        where T : class
    {
        var (status, body) = await client.AskAsync(path, stop);
        if (status == HttpStatusCode.Unauthorized) throw new IOException($"{client.Address} wants its token: give -c FILE, or set {AdminTarget.TokenVariable}");
        return (status == HttpStatusCode.OK ? Read<T>(body) : null) ?? throw Refused(status, body);
    }

    private IOException Refused(HttpStatusCode status, string body) => Read<ErrorReport>(body) is { Error: { } error }
        ? new(TerminalText.Escape(error))
        : new($"{client.Address} answers {(int)status}: {TerminalText.Escape(body.Trim())}; has its configuration a section checks?");

    private static T? Read<T>(string body)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body, Layout);
        }
        catch (JsonException)
        {
            // Something else answers, or another version: the caller shows what it says.
            return null;
        }
    }

    private static string PathOf(CheckKey key) => $"{ChecksApi.Path}/{string.Join('/', key.ToString().Split('/').Select(Uri.EscapeDataString))}";

    private sealed record ErrorReport(string? Error);
}
