using System.Globalization;
using System.Security;
using System.Threading.Channels;

namespace StepExport.Testing.Aws;

/// <summary>What a <see cref="FakeTokenService"/> says instead of giving credentials.</summary>
internal sealed record StsRefusal(int Status, string Code, string Message);

/// <summary>Amazon's token service over real HTTP on 127.0.0.1, as far as assuming roles goes. Its credentials are numbered: ROLE1, ROLE2, ….</summary>
internal sealed class FakeTokenService : IAsyncDisposable
{
    private readonly Channel<PostedForm> _toBeSeen = Channel.CreateBounded<PostedForm>(1000);
    private ScriptedEndpoint _endpoint = null!;
    private int _given;

    private FakeTokenService()
    {
    }

    /// <summary>What to write under <c>stsEndpoint</c>.</summary>
    public string Endpoint => _endpoint.Address;

    /// <summary>Answered instead of credentials; null = credentials.</summary>
    public StsRefusal? Refusal { get; set; }

    /// <summary>When the credentials that are given end.</summary>
    public DateTimeOffset Expiration { get; set; } = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public IReadOnlyList<PostedForm> Calls => _endpoint.Received;

    public static async Task<FakeTokenService> StartAsync()
    {
        var service = new FakeTokenService();
        service._endpoint = await ScriptedEndpoint.StartAsync(call => Task.FromResult(service.Answer(call)));
        return service;
    }

    /// <summary>The next call that this has not returned yet.</summary>
    public ValueTask<PostedForm> NextCallAsync(CancellationToken cancellationToken) => _toBeSeen.Reader.ReadAsync(cancellationToken);

    public ValueTask DisposeAsync() => _endpoint.DisposeAsync();

    private FormReply Answer(PostedForm call)
    {
        _toBeSeen.Writer.TryWrite(call);
        if (Refusal is { } refusal)
            return Xml(refusal.Status, $"<ErrorResponse><Error><Code>{refusal.Code}</Code><Message>{refusal.Message}</Message></Error></ErrorResponse>");
        var action = SecurityElement.Escape(call.Fields["Action"]);
        var number = Interlocked.Increment(ref _given);
        return Xml(200, string.Create(CultureInfo.InvariantCulture, $"""
            <{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result><Credentials>
            <AccessKeyId>ROLE{number}</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-token-{number}</SessionToken>
            <Expiration>{Expiration.UtcDateTime:s}Z</Expiration></Credentials></{action}Result></{action}Response>
            """));
    }

    private static FormReply Xml(int status, string body) => new(status, body, "text/xml");
}
