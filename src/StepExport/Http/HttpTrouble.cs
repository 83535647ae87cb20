using System.Net.Sockets;
using System.Security.Authentication;
using StepExport.Core.Delivery;

namespace StepExport.Http;

/// <summary>Words for a request that got no answer.</summary>
internal static class HttpTrouble
{
    /// <summary>True for what networks do; false for bugs and for our own cancellation.</summary>
    public static bool IsExpected(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException or IOException or TimeoutException
        || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>No answer leaves open whether the records were taken, so they are sent again.</summary>
    public static SendResult ToResult(Exception e, Uri endpoint) =>
        SendResult.Retry($"{endpoint.Authority}: {Describe(e)}", needsOperator: IsTls(e) || IsProxy(e));

    /// <summary>Nobody answers there, or not the one that we trust: no connection came about.</summary>
    public static bool IsUnreachable(Exception e) => e is OperationCanceledException or HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    public static string Describe(Exception e) => e switch
    {
        TimeoutException => e.Message,
        OperationCanceledException => "no connection within connectTimeout",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "the host name cannot be resolved",
        _ when IsTls(e) => $"TLS failed: {Innermost(e)}",
        _ when IsProxy(e) => $"the proxy does not let the connection through: {Innermost(e)}",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => $"cannot connect: {Innermost(e)}",
        _ => $"the connection broke before the answer: {Innermost(e)}",
    };

    private static bool IsTls(Exception e) =>
        e is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } && e.InnerException is AuthenticationException;

    private static bool IsProxy(Exception e) => e is HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError };

    private static string Innermost(Exception e)
    {
        while (e.InnerException is { } inner) e = inner;
        return e is SocketException socket ? $"{socket.Message} ({socket.SocketErrorCode})" : e.Message;
    }
}
