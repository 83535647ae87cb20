# Every target sets up what it needs; nothing has to be run before it.
SHELL         := /bin/bash
CONFIGURATION ?= Release
EVENTS        ?= 1000000
SINKS         ?= hec
BIN           := artifacts/bin/StepExport/$(shell echo $(CONFIGURATION) | tr A-Z a-z)/stepexport

export DOTNET_NOLOGO = 1
export DOTNET_CLI_TELEMETRY_OPTOUT = 1

.PHONY: help setup build demo hec test bench micro schema image image-test rules format clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: ## check the SDK, restore the packages
	@build/setup.sh

build: setup ## compile everything, warnings are errors
	@dotnet build StepExport.sln -c $(CONFIGURATION) --no-restore -v quiet -nologo

demo: setup ## export the fourteen sample detections to out/demo/detections.ndjson and show them
	@dotnet msbuild src/StepExport -p:Configuration=$(CONFIGURATION) -v:quiet -nologo
	@rm -rf out/demo
	@$(BIN) run -c config/demo.yaml --once

hec: setup ## play Splunk's HEC on port 8088 and show what arrives (HEC="--ack --faults 7 --port 8089 --no-color")
	@dotnet msbuild tests/StepExport.FakeHec -p:Configuration=$(CONFIGURATION) -v:quiet -nologo -tl:off
	@artifacts/bin/StepExport.FakeHec/$(shell echo $(CONFIGURATION) | tr A-Z a-z)/fake-hec $(HEC)

test: build ## run every test
	@dotnet test --solution StepExport.sln -c $(CONFIGURATION) --no-build

bench: setup ## whole program: file -> OCSF -> journal -> sinks (EVENTS=1000000 SINKS="hec kafka s3 hec,kafka,s3": one run each)
	@dotnet msbuild tests/StepExport.Benchmarks -p:Configuration=Release -v:quiet -nologo
	@dotnet publish src/StepExport -c Release --use-current-runtime --no-self-contained -p:PublishReadyToRun=true \
		-o artifacts/bench/program -v quiet -nologo
	@artifacts/bin/StepExport.Benchmarks/release/StepExport.Benchmarks pipeline --events $(EVENTS) --sinks "$(SINKS)" --program artifacts/bench/program/stepexport

micro: setup ## BenchmarkDotNet: mapper, journal append, HEC encode
	@dotnet run --project tests/StepExport.Benchmarks -c Release --no-restore -- micro

schema: setup ## write config/stepexport.schema.json and docs/configuration-reference.md anew from the configuration records
	@UPDATE_SCHEMA=1 dotnet run --project tests/StepExport.Tests -c $(CONFIGURATION) --no-restore -- -class '*SchemaTests'

image: ## the container image (docker, podman or buildah; IMAGE=name)
	@build/image.sh

image-test: image ## run the image with a read-only root, no capabilities and 320 MB; size, start, memory (EVENTS=200000 MEMORY=320m)
	@build/image-test.sh

rules: ## Prometheus' alert rules: their syntax and their unit tests (promtool)
	@promtool check rules config/prometheus/stepexport-alerts.yaml
	@promtool test rules config/prometheus/stepexport-alerts.test.yaml

format: setup ## format the code
	@dotnet format StepExport.sln --no-restore

clean: ## remove everything that was built or written
	@rm -rf artifacts out BenchmarkDotNet.Artifacts
