using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace StepExport.Benchmarks.Receivers;

/// <summary>Takes HEC requests; bodies are counted and thrown away, never decompressed.</summary>
internal sealed class HecReceiver : IReceiver
{
    private static readonly byte[] Answer =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 27\r\n\r\n{\"text\":\"Success\",\"code\":0}"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private Task _accepting = Task.CompletedTask;
    private long _requests;
    private long _bytes;

    private HecReceiver()
    {
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public string Totals => FormattableString.Invariant($"{_requests:N0} requests, {_bytes / 1e6:N0} MB");

    public static HecReceiver Start()
    {
        var receiver = new HecReceiver();
        receiver._listener.Start();
        receiver._accepting = receiver.AcceptAsync(receiver._listener, receiver._stop.Token);
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener, CancellationToken cancellationToken)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(cancellationToken);
                connections.Add(ServeAsync(socket, cancellationToken));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket socket, CancellationToken cancellationToken)
    {
        using var owned = socket;
        socket.NoDelay = true;
        var buffer = new byte[256 * 1024];
        var filled = 0;
        try
        {
            while (true)
            {
                var end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
                if (end < 0)
                {
                    var read = await socket.ReceiveAsync(buffer.AsMemory(filled), cancellationToken);
                    if (read == 0) return;
                    filled += read;
                    continue;
                }

                var length = ContentLength(buffer.AsSpan(0, end));
                var rest = end + 4 + length - filled;
                filled = 0;
                while (rest > 0)
                {
                    var read = await socket.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(rest, buffer.Length)), cancellationToken);
                    if (read == 0) return;
                    rest -= read;
                }

                Interlocked.Increment(ref _requests);
                Interlocked.Add(ref _bytes, length);
                await socket.SendAsync(Answer, cancellationToken);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The sender went away, or the measurement is over.
        }
    }

    private static long ContentLength(ReadOnlySpan<byte> head)
    {
        var name = "\r\nContent-Length: "u8;
        var at = head.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(head[(at + name.Length)..], out long length, out _) ? length : 0;
    }
}
