using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace StepExport.Benchmarks;

/// <summary>Takes HEC requests with as little processor time as possible, so that a benchmark measures the sender: bodies are
/// counted and thrown away, never decompressed.</summary>
internal sealed class CheapHecReceiver
{
    private static readonly byte[] Answer =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 27\r\n\r\n{\"text\":\"Success\",\"code\":0}"u8.ToArray();

    private long _requests;
    private long _bytes;

    /// <summary>Serves 127.0.0.1:<paramref name="port"/> (0 = any free one) until SIGTERM, a line on stdin that says <c>quit</c>, or
    /// cancellation; prints <c>listening PORT</c> first and <c>requests N bytes N</c> last.</summary>
    public static async Task RunAsync(int port, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var sigterm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop));
        using var sigint = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop));
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        Console.WriteLine($"listening {((IPEndPoint)listener.LocalEndpoint).Port}");
        var receiver = new CheapHecReceiver();
        var quit = Task.Run(() => StopOnQuit(stop), CancellationToken.None);
        await receiver.AcceptAsync(listener, stop.Token);
        Console.WriteLine($"requests {receiver._requests} bytes {receiver._bytes}");
        // The read of stdin cannot be cancelled; it ends with the process.
        _ = quit;
    }

    private static void Stop(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        stop.Cancel();
    }

    private static void StopOnQuit(CancellationTokenSource stop)
    {
        while (Console.In.ReadLine() is { } line)
        {
            if (line.Trim() != "quit") continue;
            stop.Cancel();
            return;
        }
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
