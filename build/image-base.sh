#!/usr/bin/env bash
# Stand-ins for .NET's base images, for machines that reach Debian's packages but no registry of images: a minimal Debian with the
# .NET that is installed here. Same names, same user, same variables; never push what is built on them.
set -euo pipefail

registry=mcr.microsoft.com/dotnet
have() { buildah inspect --type image "$registry/$1:10.0" >/dev/null 2>&1; }
have aspnet && have sdk && exit 0
for tool in mmdebstrap buildah dotnet; do
    command -v $tool >/dev/null || { echo "image: $tool is missing (Debian: apt-get install mmdebstrap buildah)" >&2; exit 1; }
done

dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "image: the registry of .NET's images is out of reach; making base images out of Debian and $dotnet (about a minute, once)"

commit() { # commit NAME FROM, then what to add
    local container
    container=$(buildah from --pull-never "$2")
    case "$1" in
        aspnet)
            mmdebstrap --quiet --variant=minbase --include=ca-certificates,libssl3,libstdc++6,zlib1g,libzstd1,tzdata \
                "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$work/root.tar"
            tar -C "$dotnet" -cf "$work/runtime.tar" dotnet host shared LICENSE.txt ThirdPartyNotices.txt
            buildah add --quiet "$container" "$work/root.tar" / >/dev/null
            buildah add --quiet "$container" "$work/runtime.tar" /usr/share/dotnet/ >/dev/null
            ;;
        sdk) buildah add --quiet "$container" "$dotnet" /usr/share/dotnet >/dev/null ;;
    esac
    buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/share/dotnet --env DOTNET_ROOT=/usr/share/dotnet \
        --env APP_UID=1654 --env ASPNETCORE_HTTP_PORTS=8080 --env DOTNET_RUNNING_IN_CONTAINER=true --label stepexport.stand-in=1 --cmd /bin/bash "$container"
    # The real image has ICU, which the SDK wants and the program does not.
    [ "$1" != sdk ] || buildah config --env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 --env DOTNET_CLI_TELEMETRY_OPTOUT=1 "$container"
    buildah commit --quiet --format docker --rm "$container" "$registry/$1:10.0" >/dev/null
}

have aspnet || commit aspnet scratch
have sdk || commit sdk "$registry/aspnet:10.0"
