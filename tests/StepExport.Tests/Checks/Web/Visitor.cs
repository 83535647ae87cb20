using System.Net;
using System.Text.RegularExpressions;

namespace StepExport.Tests.Checks.Web;

/// <summary>A browser without a window: keeps cookies, follows nothing by itself, sends forms with what they hide.</summary>
internal sealed partial class Visitor(Uri address) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new() }) { BaseAddress = address };

    public Task<Seen> GetAsync(string path) => SendAsync(new(HttpMethod.Get, path));

    public async Task<Seen> SendAsync(HttpRequestMessage request)
    {
        using var answer = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        return new(
            answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), answer.Headers.Location?.OriginalString,
            answer.Headers.Concat(answer.Content.Headers).ToDictionary(h => h.Key, h => string.Join('\n', h.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Sends fields as a form, with nothing else.</summary>
    public Task<Seen> PostAsync(string path, IEnumerable<(string Name, string Value)> fields, Action<HttpRequestMessage>? change = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))) };
        change?.Invoke(request);
        return SendAsync(request);
    }

    /// <summary>Fills a form of a page in and sends it, as a browser would.</summary>
    /// <param name="page">Has the form.</param>
    /// <param name="action">Where the form goes.</param>
    /// <param name="fields">What a person writes.</param>
    public Task<Seen> SubmitAsync(Seen page, string action, params (string Name, string Value)[] fields) => PostAsync(action, [.. Hidden(page, action), .. fields]);

    public async Task<Seen> SignInAsync(string token, string back = "/checks")
    {
        var page = await GetAsync($"/checks/sign-in?return={Uri.EscapeDataString(back)}");
        return await SubmitAsync(page, "/checks/sign-in", ("token", token));
    }

    /// <summary>What a form hides.</summary>
    public static IReadOnlyList<(string Name, string Value)> Hidden(Seen page, string action)
    {
        var form = Form().Matches(page.Body).FirstOrDefault(f => WebUtility.HtmlDecode(f.Groups["action"].Value) == action);
        Assert.True(form is not null, $"no form for {action} in {page.Status}: {page.Body}");
        return [.. HiddenField().Matches(form.Value).Select(f => (f.Groups["name"].Value, WebUtility.HtmlDecode(f.Groups["value"].Value)))];
    }

    public void Dispose() => _client.Dispose();

    [GeneratedRegex("""<form[^>]*action="(?<action>[^"]*)".*?</form>""", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]*)" value="(?<value>[^"]*)">""")]
    private static partial Regex HiddenField();
}

/// <summary>An answer.</summary>
internal sealed record Seen(HttpStatusCode Status, string Body, string? Location, IReadOnlyDictionary<string, string> Headers);
