# syntax=docker/dockerfile:1
# glibc images only: the Kafka client has no musl build for arm64.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json nuget.config Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY feed/ feed/
COPY src/StepExport.Core/StepExport.Core.csproj src/StepExport.Core/
COPY src/StepExport/StepExport.csproj src/StepExport/
RUN dotnet restore src/StepExport --use-current-runtime -p:PublishReadyToRun=true
COPY config/ config/
COPY src/ src/
RUN dotnet publish src/StepExport -c Release --no-restore --use-current-runtime --no-self-contained \
    -p:PublishReadyToRun=true -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
COPY --from=build /source/config/samples /app/config/samples
COPY --from=build /source/config/*.yaml /source/config/*.json /app/config/
RUN mkdir -p /data && chown $APP_UID:$APP_UID /data && chmod 0700 /data
USER $APP_UID
VOLUME /data
ENV DOTNET_EnableDiagnostics=0 STEPEXPORT_CONFIG=/etc/stepexport/stepexport.yaml
ENTRYPOINT ["/app/stepexport"]
CMD ["run"]
