namespace StepExport.Core.Normalization.Redaction;

/// <summary>The credentials that are known by their look or by what stands before them.</summary>
internal static class RedactionRules
{
    private const string Words = "password|passwd|passphrase|pwd|secrets?|tokens?|credentials?|(?:api|access|private|secret|auth|account)[_-]?key";

    private const string Value = """(?<v>"[^"]*"|'[^']*'|[^\s&"';,|)]+)""";

    private static readonly string[] Needles = ["pass", "pwd", "secret", "token", "credential", "key", "auth", "sig"];

    public static RedactionRule[] All { get; } =
    [
        // Tokens with a prefix of their own, whole.
        RedactionRule.Of("_",
            ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "npm_", "sk_live_", "hf_", "dop_v1_"],
            "gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{20,}|npm_[A-Za-z0-9]{30,}|sk_live_[A-Za-z0-9]{16,}"
            + "|hf_[A-Za-z0-9]{30,}|dop_v1_[a-f0-9]{60,}",
            ignoreCase: false),
        RedactionRule.Of("-",
            ["xox", "glpat-", "sk-ant-", "sk-proj-", "pypi-"],
            "xox[abeoprs]-[A-Za-z0-9-]{8,}|glpat-[A-Za-z0-9_-]{16,}|sk-(?:ant|proj)-[A-Za-z0-9_-]{20,}|pypi-[A-Za-z0-9_-]{50,}",
            ignoreCase: false),
        RedactionRule.Of("A", ["akia", "asia", "aiza"], "(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{35}", ignoreCase: false),
        RedactionRule.Of(".",
            ["eyj", "hvs."],
            "eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*|hvs\\.[A-Za-z0-9_-]{20,}",
            ignoreCase: false),

        // Private keys, to their end or to the end of the text.
        RedactionRule.Of("-",
            ["private key"],
            "-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----(?s:(?:.*-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|.*))"),

        // Authorization: Bearer x, X-Api-Key: x
        RedactionRule.Of(string.Empty,
            ["authorization", "private-token", "job-token", "auth-token", "vault-token", "cookie"],
            """(?:authorization|private-token|job-token|x-auth-token|x-vault-token|cookie)["']?\s*[:=]\s*["']?(?:(?:bearer|basic|token|digest|negotiate|apikey)\s+)?(?<v>[^\s"',;]+)"""),
        RedactionRule.Of(":", ["api-key"], """(?:x-api-key|x-goog-api-key)["']?\s*:\s*["']?(?<v>[^\s"',;]+)"""),
        RedactionRule.Of(" ", ["bearer"], @"\bbearer\s+(?<v>[A-Za-z0-9._~+/=-]{8,})"),

        // SECRET=x, access_token=x, --token=x, X-Amz-Signature=x
        RedactionRule.Of("=", Needles, $"(?:(?:{Words})(?:_[A-Za-z0-9]+)*|auth|sig|signature)={Value}"),
        RedactionRule.Of("=", ["?key", "?code", "&key", "&code"], $"[?&](?:key|code)={Value}"),

        // {"token": "x"} inside a string
        RedactionRule.Of(":", Needles, $"""["'][A-Za-z0-9_.-]*(?:{Words})["']\s*:\s*["'](?<v>[^"']+)"""),

        // --token x
        RedactionRule.Of("- ", Needles, $"""(?:^|\s)--?(?:[A-Za-z0-9]+[-_])*(?:{Words}|pass) +(?<v>"[^"]*"|'[^']*'|[^\s"'-][^\s"']*)"""),

        // Options that mean a credential to one program only; the case of the letter counts.
        RedactionRule.Of("p", ["sshpass"], @"\bsshpass\s+-p\s*(?<v>[^\s""']+)", ignoreCase: false),
        RedactionRule.Of("p",
            ["mysql", "mariadb"],
            @"\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump)\b[^|;&]*?\s-p(?<v>[^\s""']+)",
            ignoreCase: false),
        RedactionRule.Of("p", ["login"], @"\blogin\b[^|;&]*?\s-p(?:\s+|=)(?<v>[^\s""']+)", ignoreCase: false),
        RedactionRule.Of("a", ["redis-cli"], @"\bredis-cli\b[^|;&]*?\s-a\s*(?<v>[^\s""']+)", ignoreCase: false),
        RedactionRule.Of(":",
            ["curl", "wget"],
            """\b(?:curl|wget)\b[^|;&]*?\s(?:-u|--user|--proxy-user)[\s=]*["']?[^\s:"']*:(?<v>[^\s"']+)""",
            ignoreCase: false),

        // https://user:password@host
        RedactionRule.Of("@", ["://"], """://(?<v>[^/\s@"'?#]+)@"""),
    ];
}
