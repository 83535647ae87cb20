using Amazon.Runtime;

namespace StepExport.Aws;

/// <summary>Has the SDK use one client of ours for everything.</summary>
internal sealed class OneHttpClient(HttpClient http) : HttpClientFactory
{
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => http;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
}
