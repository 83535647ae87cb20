using System.Net;

namespace StepExport.EndToEndTests;

/// <summary>Asks the program under test how it is.</summary>
internal static class AdminPage
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>What /readyz says; no status while nobody listens yet.</summary>
    public static async Task<(HttpStatusCode? Status, string Body)> ReadinessAsync(Uri admin)
    {
        using var client = new HttpClient(new SocketsHttpHandler());
        try
        {
            using var response = await client.GetAsync(new Uri(admin, "/readyz"), Stop);
            return (response.StatusCode, await response.Content.ReadAsStringAsync(Stop));
        }
        catch (HttpRequestException)
        {
            return (null, "");
        }
    }

    public static async Task<string> GetAsync(Uri address)
    {
        using var client = new HttpClient(new SocketsHttpHandler());
        return await client.GetStringAsync(address, Stop);
    }
}
