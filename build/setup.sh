#!/usr/bin/env bash
# Prepares a fresh machine: checks for the .NET SDK and restores the packages. Safe to run again; quick when nothing is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

need="10.0"
if ! command -v dotnet >/dev/null 2>&1 || ! dotnet --list-sdks | grep -q "^${need}\."; then
    cat >&2 <<TXT
setup: the .NET ${need} SDK is not on this machine.
  Ubuntu 24.04 or newer:  sudo apt-get install dotnet-sdk-10.0
  anything else:          https://dotnet.microsoft.com/download/dotnet/10.0
Then run the same command again.
TXT
    exit 1
fi

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
restore() { dotnet restore StepExport.sln --verbosity quiet >"$log" 2>&1; }

restore && exit 0
if grep -qE 'NU110[1-3].*librdkafka\.redist' "$log"; then
    build/librdkafka.sh
    restore && exit 0
fi
cat "$log" >&2
echo "setup: the NuGet packages could not be restored (see above): is a package registry reachable?" >&2
exit 1
