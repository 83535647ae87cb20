using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using StepExport.Kafka;

namespace StepExport.Tests.Kafka;

public sealed class KafkaLogTests
{
    [Theory]
    [InlineData(SyslogLevel.Emergency, LogLevel.Error)]
    [InlineData(SyslogLevel.Critical, LogLevel.Error)]
    [InlineData(SyslogLevel.Error, LogLevel.Warning)]
    [InlineData(SyslogLevel.Warning, LogLevel.Warning)]
    [InlineData(SyslogLevel.Notice, LogLevel.Information)]
    [InlineData(SyslogLevel.Info, LogLevel.Debug)]
    [InlineData(SyslogLevel.Debug, LogLevel.Debug)]
    public void Lines_of_the_client_come_at_their_level(SyslogLevel level, LogLevel expected)
    {
        var lines = new Lines();

        new KafkaLog(lines, TimeProvider.System).Write(new LogMessage("rdkafka#producer-1", level, "FAIL", "b1:9092: refused"));

        Assert.Equal([(expected, "Kafka client: b1:9092: refused")], lines.All);
    }

    [Fact]
    public void A_flood_becomes_a_few_lines_a_minute()
    {
        var (lines, time) = (new Lines(), new FakeTimeProvider());
        var log = new KafkaLog(lines, time);

        for (var i = 0; i < 1000; i++) log.Write(new Error(ErrorCode.Local_Transport, $"refused {i}"));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (LogLevel.Warning, $"Kafka client: refused {i}")), lines.All);

        time.Advance(TimeSpan.FromMinutes(1));
        log.Write(new Error(ErrorCode.Local_Transport, "again"));
        Assert.Equal([(LogLevel.Warning, "Kafka client: 990 more lines were left out"), (LogLevel.Warning, "Kafka client: again")], lines.All.Skip(10));
    }

    private sealed class Lines : ILogger
    {
        public List<(LogLevel Level, string Text)> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Add((logLevel, formatter(state, exception)));
    }
}
