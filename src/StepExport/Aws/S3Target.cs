namespace StepExport.Aws;

/// <summary>Which bucket it is and what is done with it, for messages.</summary>
/// <param name="Bucket">Its name.</param>
/// <param name="Address">The store's address.</param>
/// <param name="Use">What is done with it.</param>
internal sealed record S3Target(string Bucket, Uri Address, S3Use Use);

/// <summary>What is done with a bucket.</summary>
/// <param name="Permissions">Needed for it, and on what.</param>
/// <param name="Settings">Those of ours that a store may refuse.</param>
internal sealed record S3Use(string Permissions, string Settings);
