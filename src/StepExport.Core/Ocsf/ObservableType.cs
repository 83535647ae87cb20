namespace StepExport.Core.Ocsf;

/// <summary>OCSF observable types that the mapping uses, as the fragment <c>"type_id":…,"type":"…"</c>.</summary>
internal static class ObservableType
{
    public static ReadOnlySpan<byte> Hostname => """
        "type_id":1,"type":"Hostname"
        """u8;

    public static ReadOnlySpan<byte> IpAddress => """
        "type_id":2,"type":"IP Address"
        """u8;

    public static ReadOnlySpan<byte> UserName => """
        "type_id":4,"type":"User Name"
        """u8;

    public static ReadOnlySpan<byte> UrlString => """
        "type_id":6,"type":"URL String"
        """u8;

    public static ReadOnlySpan<byte> FileName => """
        "type_id":7,"type":"File Name"
        """u8;

    public static ReadOnlySpan<byte> Hash => """
        "type_id":8,"type":"Hash"
        """u8;

    public static ReadOnlySpan<byte> ProcessName => """
        "type_id":9,"type":"Process Name"
        """u8;

    public static ReadOnlySpan<byte> ResourceUid => """
        "type_id":10,"type":"Resource UID"
        """u8;

    public static ReadOnlySpan<byte> Port => """
        "type_id":11,"type":"Port"
        """u8;

    public static ReadOnlySpan<byte> CommandLine => """
        "type_id":13,"type":"Command Line"
        """u8;

    public static ReadOnlySpan<byte> ProcessId => """
        "type_id":15,"type":"Process ID"
        """u8;

    public static ReadOnlySpan<byte> ResourceName => """
        "type_id":38,"type":"Resource Details Object: name"
        """u8;

    public static ReadOnlySpan<byte> FilePath => """
        "type_id":45,"type":"File Path"
        """u8;
}
