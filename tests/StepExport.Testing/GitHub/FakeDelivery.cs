namespace StepExport.Testing.GitHub;

/// <summary>A web hook that was sent, and what came back.</summary>
/// <param name="Id">GitHub's number of the delivery, a GUID.</param>
/// <param name="Event">E.g. <c>check_run</c>.</param>
/// <param name="Body">As it was sent.</param>
/// <param name="Signature">As it was sent; empty when none was.</param>
/// <param name="Status">0 when nobody answered.</param>
/// <param name="Answer">Body of the answer, or why there was none.</param>
internal sealed record FakeDelivery(string Id, string Event, string Body, string Signature, int Status, string Answer);
