using System.Text;
using StepExport.Core.Formats;
using StepExport.Sinks.Kafka;
using StepExport.Tests.Checks.Records;

namespace StepExport.Tests.Sinks.Kafka;

/// <summary>The header that consumers choose a parser by.</summary>
public sealed class KafkaClassTests
{
    [Theory]
    [InlineData("approval", "3004")]
    [InlineData("result-failed", "2003")]
    [InlineData("finding-update", "2004")]
    public void Its_class_is_that_of_the_event(string kind, string expected)
    {
        var messages = new MessageBuilder(KafkaHarness.Config("unused:9092"), RecordFormat.Default);
        messages.Build(SomeRecords.Kinds[kind]());
        Assert.Equal(expected, Encoding.ASCII.GetString(messages.Message.Headers.GetLastBytes("ocsf-class")));
    }
}
