namespace StepExport.Sinks.SplunkHec;

/// <summary>The setting <c>acknowledgement</c>.</summary>
internal enum HecAcknowledgementMode : byte
{
    /// <summary>Delivered with the 200.</summary>
    Off,

    /// <summary>Delivered with the indexer's confirmation, unless the token has acknowledgement disabled.</summary>
    Auto,

    /// <summary>Delivered with the indexer's confirmation only.</summary>
    Required,
}

/// <summary>When the batches of one token count as delivered. Thread-safe.</summary>
/// <param name="mode">As configured.</param>
/// <param name="token">Name of the token in the configuration, for the log.</param>
/// <param name="log">Where a change is reported.</param>
internal sealed partial class HecAcknowledgement(HecAcknowledgementMode mode, string token, ILogger log)
{
    private int _isDisabled;

    /// <summary>An acceptance with an id to ask for waits for the answer.</summary>
    public bool IsWanted => mode != HecAcknowledgementMode.Off;

    /// <summary>A 200 alone delivers nothing. With <c>auto</c> this holds until the token turns out to have acknowledgement disabled.</summary>
    public bool IsOn => mode != HecAcknowledgementMode.Off && Volatile.Read(ref _isDisabled) == 0;

    /// <summary>An acceptance had an id to ask for.</summary>
    public void Found()
    {
        if (Volatile.Read(ref _isDisabled) == 1 && Interlocked.Exchange(ref _isDisabled, 0) == 1) Log.Back(log, token);
    }

    /// <summary>Splunk says that the token has acknowledgement disabled, or accepts without an id.</summary>
    /// <returns>True when the 200 counts from now on, false when acknowledgement is required.</returns>
    public bool Missing()
    {
        if (mode == HecAcknowledgementMode.Required) return false;
        if (mode == HecAcknowledgementMode.Auto && Interlocked.Exchange(ref _isDisabled, 1) == 0) Log.FellBack(log, token);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The token has indexer acknowledgement disabled ({Token}): events count as delivered when Splunk accepts them, before they are indexed; enable it for the token, or write acknowledgement: off")]
        public static partial void FellBack(ILogger logger, string token);

        [LoggerMessage(LogLevel.Information, "The token has indexer acknowledgement enabled again ({Token}): events count as delivered when they are indexed")]
        public static partial void Back(ILogger logger, string token);
    }
}
