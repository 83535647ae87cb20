using System.Text;
using StepExport.Sinks.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

public sealed class HecAckAnswerTests
{
    [Theory]
    [InlineData("""{"acks":{"0":true,"1":false,"17":true}}""", new long[] { 0, 17 })]
    [InlineData("""{"acks":{}}""", new long[0])]
    [InlineData("""{"acks":{"9223372036854775807":true}}""", new[] { long.MaxValue })]
    public void A_true_acknowledges(string body, long[] ids)
    {
        Assert.Equal(ids, HecAckAnswer.Parse(200, Encoding.UTF8.GetBytes(body)).Acknowledged);
    }

    [Theory]
    [InlineData(201, """{"acks":{"0":true}}""")]
    [InlineData(400, """{"acks":{"0":true}}""")]
    [InlineData(503, """{"acks":{"0":true}}""")]
    [InlineData(200, """{"acks":{"0":true}""")]
    [InlineData(200, """{"acks":{"0":true,"1":"true"}}""")]
    [InlineData(200, """{"acks":{"0":true,"-1":true}}""")]
    [InlineData(200, """{"acks":{"0":true,"x":true}}""")]
    [InlineData(200, """{"acks":[0]}""")]
    [InlineData(200, """[{"acks":{"0":true}}]""")]
    [InlineData(200, """{"text":"Success","code":0}""")]
    [InlineData(200, "<html>")]
    [InlineData(200, "")]
    public void Anything_but_a_well_formed_200_acknowledges_nothing(int status, string body)
    {
        Assert.Null(HecAckAnswer.Parse(status, Encoding.UTF8.GetBytes(body)).Acknowledged);
    }

    [Fact]
    public void Splunks_code_is_kept()
    {
        var answer = HecAckAnswer.Parse(400, """{"text":"ACK is disabled","code":14}"""u8.ToArray());

        Assert.Equal((400, 14), (answer.Response.Status, answer.Response.Code));
    }
}
