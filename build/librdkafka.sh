#!/usr/bin/env bash
# Builds librdkafka, the Kafka client's native part, from source and puts it into feed/ as the NuGet package that Confluent.Kafka
# asks for. Only for registries that do not serve that package: setup.sh decides. Takes about 40 s, once per clone.
set -euo pipefail
cd "$(dirname "$0")/.."

version=2.15.1
# The fourth number tells this build from the official package; NuGet takes the official one, the lower, where both are served.
package=feed/librdkafka.redist.$version.1.nupkg
# The source comes inside this npm package, byte for byte the release of librdkafka; the hash is the registry's own.
source=@confluentinc/kafka-javascript@1.10.1
sha512=29578f5019f6d44a8254ff667f1cc4b8cdd26091c7105ed7fa2882d9ee374108034b211a92c2279821a8a13df0e6af9c340764482acaef58f42027eaa12a992f

[ -f "$package" ] && exit 0

case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) rid=linux-x64 ;;
    Linux-aarch64) rid=linux-arm64 ;;
    *)
        echo "setup: the registry has no librdkafka.redist, and building it is prepared for Linux on x86-64 and arm64 only; use a registry that serves the package (nuget.org does)" >&2
        exit 1
        ;;
esac

missing() {
    for tool in gcc g++ make python3 npm; do command -v $tool >/dev/null || echo "$tool"; done
    for header in openssl/ssl.h zlib.h zstd.h; do
        echo "#include <$header>" | gcc -E - >/dev/null 2>&1 || echo "$header"
    done
}

if [ -n "$(missing)" ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "setup: installing what building librdkafka needs"
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        build-essential python3 npm libssl-dev zlib1g-dev libzstd-dev; } >/dev/null 2>&1 || true
fi
if [ -n "$(missing)" ]; then
    cat >&2 <<TXT
setup: the package registry does not serve librdkafka.redist $version, and building it from source misses: $(missing | tr '\n' ' ')
  Debian, Ubuntu:  sudo apt-get install build-essential python3 npm libssl-dev zlib1g-dev libzstd-dev
Or use a registry that serves the package (nuget.org does). Then run the same command again.
TXT
    exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
step() {
    if ! "${@:2}" >"$work/log" 2>&1; then
        tail -n 30 "$work/log" >&2
        echo "setup: librdkafka $version: $1 failed (see above)" >&2
        exit 1
    fi
}

echo "setup: building librdkafka $version, because the package registry does not serve it (about 40 s, once)"
step "fetching $source from the npm registry" npm pack --pack-destination "$work" "$source"
if ! echo "$sha512  $(ls "$work"/*.tgz)" | sha512sum --status -c; then
    echo "setup: $source is not what it was when its hash was written down in build/librdkafka.sh; nothing of it is used" >&2
    exit 1
fi
step "unpacking" tar -xzf "$work"/confluentinc-kafka-javascript-*.tgz -C "$work" package/deps/librdkafka
code=$work/package/deps/librdkafka
# Kerberos and the OIDC helper of librdkafka stay out (the Kafka sink fetches OIDC tokens itself); lz4 is the one that it brings along.
step "configure" env -C "$code" ./configure --disable-curl --disable-gssapi --disable-lz4-ext
step "make" make -C "$code/src" -j "$(nproc)"
mkdir -p "$work/pack/native"
cp "$code/src/librdkafka.so.1" "$work/pack/native/librdkafka.so"
strip --strip-unneeded "$work/pack/native/librdkafka.so"
cp "$code/LICENSES.txt" "$work/pack/"
cat >"$work/pack/librdkafka.redist.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <PackageId>librdkafka.redist</PackageId>
    <Version>$version.1</Version>
    <Authors>librdkafka's authors</Authors>
    <Description>librdkafka $version, built from source for this clone</Description>
    <PackageLicenseFile>LICENSES.txt</PackageLicenseFile>
    <IncludeBuildOutput>false</IncludeBuildOutput>
    <SuppressDependenciesWhenPacking>true</SuppressDependenciesWhenPacking>
    <NoWarn>NU5128</NoWarn>
  </PropertyGroup>
  <ItemGroup>
    <None Include="native/librdkafka.so" Pack="true" PackagePath="runtimes/$rid/native/" />
    <None Include="LICENSES.txt" Pack="true" PackagePath="" />
  </ItemGroup>
</Project>
XML
step "packing" dotnet pack "$work/pack/librdkafka.redist.csproj" -c Release -o "$work/out" --nologo
mv "$work/out/librdkafka.redist.$version.1.nupkg" "$package"
