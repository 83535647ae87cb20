# syntax=docker/dockerfile:1
# glibc images only: the Kafka client has no musl build for arm64.
#
#   docker buildx build --platform linux/amd64,linux/arm64 -t stepexport .
#   make image        the same for this machine, with whatever engine is here

# The SDK runs on the machine that builds and compiles for the one that runs: no emulation for arm64.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
WORKDIR /source

# What restore needs and nothing else: this layer lasts until a package or a project changes.
COPY global.json nuget.config Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY feed/ feed/
COPY src/StepExport.Core/StepExport.Core.csproj src/StepExport.Core/
COPY src/StepExport/StepExport.csproj src/StepExport/
RUN case "${TARGETARCH:-$(uname -m)}" in \
        amd64 | x86_64) rid=linux-x64 ;; \
        arm64 | aarch64) rid=linux-arm64 ;; \
        *) echo "there is no image for ${TARGETARCH:-$(uname -m)}" >&2; exit 1 ;; \
    esac && echo "$rid" > /rid && \
    dotnet restore src/StepExport -r "$rid" -p:PublishReadyToRun=true

COPY config/ config/
COPY src/ src/
RUN dotnet publish src/StepExport -c Release --no-restore -r "$(cat /rid)" --no-self-contained \
        -p:PublishReadyToRun=true -p:PublishDocumentationFiles=false -o /app && \
    # The build for musl is never loaded here; where one without Cyrus SASL comes along, neither is the one with it.
    rm -f /app/alpine-librdkafka.so && \
    { [ ! -e /app/centos8-librdkafka.so ] || rm /app/librdkafka.so; } && \
    mkdir -p /app/config /empty && \
    cp -r config/samples config/*.yaml config/*.json /app/config/

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
# Owned by root and not writable by the program. /data is its one place; a volume that is mounted there takes over its owner.
COPY --from=build /app .
COPY --from=build --chown=1654:1654 --chmod=0700 /empty /data
# No diagnostics port: it would want a writable /tmp, and lets others of the same user look into the process.
ENV DOTNET_EnableDiagnostics=0 \
    STEPEXPORT_CONFIG=/etc/stepexport/stepexport.yaml
# The number, not $APP_UID's name: Kubernetes' runAsNonRoot cannot look names up. 1654 is the user "app" of .NET's images.
USER 1654:1654
VOLUME /data
EXPOSE 8970 8971
STOPSIGNAL SIGTERM
# The program asks itself: there is neither curl nor a shell to rely on. Without --ready, because a destination that is down is nothing
# that a restart of this container would mend.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["/app/stepexport", "health"]
ENTRYPOINT ["/app/stepexport"]
CMD ["run"]
# Last: they change with every commit, and what stands above stays cached.
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="StepExport" \
      org.opencontainers.image.description="StepSecurity Harden-Runner detections to Splunk, Kafka and S3 as OCSF findings, at least once" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.base.name="mcr.microsoft.com/dotnet/aspnet:10.0"
