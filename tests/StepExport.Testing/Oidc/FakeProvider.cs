using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace StepExport.Testing.Oidc;

/// <summary>An identity provider that speaks OpenID Connect: whoever comes is signed in as <see cref="User"/> at once. It checks what a real one
/// checks (client, redirect address, PKCE, one use of each code), and lies on demand.</summary>
internal sealed class FakeProvider : IAsyncDisposable
{
    public const string ClientId = "stepexport";
    public const string ClientSecret = "a secret of the registration";

    private readonly WebApplication _web = LoopbackWeb.Create();
    private readonly ConcurrentDictionary<string, Grant> _codes = new();
    private readonly RSA _key = RSA.Create(2048);
    private readonly RSA _otherKey = RSA.Create(2048);

    private FakeProvider()
    {
    }

    public string Authority => _web.Urls.Single();

    /// <summary>Claims of who signs in, besides <c>sub</c>.</summary>
    public JsonObject User { get; set; } = new() { ["preferred_username"] = "octavia", ["groups"] = new JsonArray("sec", "dev") };

    /// <summary>What <c>/userinfo</c> says; the claims of the id token are enough when it is null.</summary>
    public JsonObject? UserInfo { get; set; }

    public ProviderLie Lie { get; set; }

    /// <summary>Requests to the token endpoint that were refused, and why.</summary>
    public ConcurrentQueue<string> Refusals { get; } = [];

    public static async Task<FakeProvider> StartAsync()
    {
        var provider = new FakeProvider();
        provider._web.Run(provider.AnswerAsync);
        await provider._web.StartAsync();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _web.EndAsync();
        _key.Dispose();
        _otherKey.Dispose();
    }

    private Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/.well-known/openid-configuration" => JsonAsync(context, Discovery()),
        "/jwks" => JsonAsync(context, new() { ["keys"] = new JsonArray(Jwt.PublicKey(_key)) }),
        "/authorize" => AuthorizeAsync(context),
        "/token" => TokenAsync(context),
        "/userinfo" => JsonAsync(context, UserInfo ?? new() { ["sub"] = "u-1" }),
        _ => JsonAsync(context, [], StatusCodes.Status404NotFound),
    };

    private JsonObject Discovery() => new()
    {
        ["issuer"] = Authority,
        ["authorization_endpoint"] = Authority + "/authorize",
        ["token_endpoint"] = Authority + "/token",
        ["userinfo_endpoint"] = UserInfo is null ? null : Authority + "/userinfo",
        ["jwks_uri"] = Authority + "/jwks",
        ["response_types_supported"] = new JsonArray("code"),
        ["subject_types_supported"] = new JsonArray("public"),
        ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
        ["code_challenge_methods_supported"] = new JsonArray("S256"),
    };

    private Task AuthorizeAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (query["client_id"] != ClientId || query["response_type"] != "code" || query["code_challenge_method"] != "S256" || query["code_challenge"] == ""
            || !query["scope"].ToString().Split(' ').Contains("openid"))
            return JsonAsync(context, new() { ["error"] = "invalid_request" }, StatusCodes.Status400BadRequest);
        var back = query["redirect_uri"].ToString();
        var state = Lie == ProviderLie.State ? "another" : query["state"].ToString();
        if (Lie == ProviderLie.Denied)
        {
            context.Response.Redirect(QueryHelpers.AddQueryString(back, new Dictionary<string, string?> { ["error"] = "access_denied", ["state"] = state }));
            return Task.CompletedTask;
        }

        var code = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _codes[code] = new(back, query["code_challenge"].ToString(), query["nonce"].ToString());
        context.Response.Redirect(QueryHelpers.AddQueryString(back, new Dictionary<string, string?> { ["code"] = code, ["state"] = state }));
        return Task.CompletedTask;
    }

    private async Task TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        _codes.TryRemove(form["code"].ToString(), out var grant);
        var refusal = form["grant_type"] != "authorization_code" ? "grant_type"
            : form["client_id"] != ClientId || form["client_secret"] != ClientSecret ? "client"
            : grant is null ? "code"
            : form["redirect_uri"] != grant.RedirectUri ? "redirect_uri"
            : Jwt.Base64(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != grant.Challenge ? "code_verifier"
            : null;
        if (refusal is not null)
        {
            Refusals.Enqueue(refusal);
            await JsonAsync(context, new() { ["error"] = "invalid_grant" }, StatusCodes.Status400BadRequest);
            return;
        }

        await JsonAsync(context, new() { ["access_token"] = "unused", ["token_type"] = "Bearer", ["expires_in"] = 60, ["id_token"] = IdToken(grant!.Nonce) });
    }

    private string IdToken(string nonce)
    {
        var now = TimeProvider.System.GetUtcNow();
        var issued = Lie == ProviderLie.Expired ? now.AddHours(-2) : now;
        var claims = (JsonObject)User.DeepClone();
        claims["sub"] = "u-1";
        claims["iss"] = Lie == ProviderLie.Issuer ? "https://elsewhere.example.com" : Authority;
        claims["aud"] = Lie == ProviderLie.Audience ? "somebody-else" : ClientId;
        claims["nonce"] = Lie == ProviderLie.Nonce ? "another" : nonce;
        claims["iat"] = issued.ToUnixTimeSeconds();
        claims["exp"] = issued.AddMinutes(5).ToUnixTimeSeconds();
        return Lie == ProviderLie.Unsigned ? Jwt.Unsigned(claims) : Jwt.Sign(claims, Lie == ProviderLie.Signature ? _otherKey : _key, Jwt.KeyId);
    }

    private static Task JsonAsync(HttpContext context, JsonObject body, int code = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString());
    }

    private sealed record Grant(string RedirectUri, string Challenge, string Nonce);
}

/// <summary>What the provider does wrong, or what somebody between it and us does.</summary>
internal enum ProviderLie
{
    None,
    State,
    Nonce,
    Signature,
    Unsigned,
    Expired,
    Issuer,
    Audience,
    Denied,
}
