#!/usr/bin/env bash
# Builds the image for this machine's architecture with docker, podman or buildah, whichever is here.
# Where the registry of .NET's images cannot be reached, image-base.sh makes images of the same names out of what is installed.
set -euo pipefail
cd "$(dirname "$0")/.."

image=${IMAGE:-stepexport}
version=$(sed -nE 's:.*<Version>(.*)</Version>.*:\1:p' Directory.Build.props)
arguments=(--build-arg "VERSION=$version" --build-arg "REVISION=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)")
tags=(-t "$image:$version" -t "$image:latest")

if docker info >/dev/null 2>&1; then
    exec docker build "${arguments[@]}" "${tags[@]}" .
fi
if ! command -v buildah >/dev/null; then
    echo "image: there is neither a running Docker nor buildah here (Debian: apt-get install buildah podman runc)" >&2
    exit 1
fi

registry=mcr.microsoft.com/dotnet
for part in aspnet sdk; do
    buildah pull --quiet --policy missing "$registry/$part:10.0" >/dev/null 2>&1 || { build/image-base.sh && break; }
done
local=()
if buildah inspect --type image "$registry/sdk:10.0" | grep -q stepexport.stand-in; then
    # Packages come from wherever this machine gets them, with the authorities that it trusts; feed/ may hold one built here (setup.sh).
    build/setup.sh
    mkdir -p "$HOME/.nuget"
    local=(--pull=never --volume "$HOME/.nuget:/root/.nuget" --volume /etc/ssl/certs:/etc/ssl/certs:ro)
fi
# chroot: needs no namespaces and no network set-up, so that it works inside a container too. docker: OCI's format has no HEALTHCHECK.
buildah bud --isolation chroot --format docker --layers "${local[@]}" "${arguments[@]}" "${tags[@]}" .
