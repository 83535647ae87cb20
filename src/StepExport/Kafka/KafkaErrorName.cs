using System.Text.Json;
using Confluent.Kafka;

namespace StepExport.Kafka;

/// <summary>An error's name as Kafka's own documentation writes it.</summary>
internal static class KafkaErrorName
{
    /// <summary>E.g. <c>MSG_SIZE_TOO_LARGE</c>; <c>LOCAL_…</c> when the client says it and not a broker.</summary>
    public static string Of(ErrorCode code) => Enum.IsDefined(code)
        ? JsonNamingPolicy.SnakeCaseUpper.ConvertName(code.ToString())
        : FormattableString.Invariant($"KAFKA_{(int)code}");
}
