#!/usr/bin/env bash
# Runs the built image as its users should (its own user, read-only root, no capabilities, little memory), takes away its destination,
# holds it up, stops it and starts it again. The destination is `make hec`'s double. Prints what it measures: size, time to ready, memory
# idle and under load, time to stop. Every line that says FAILED makes the exit code 1.
set -uo pipefail
cd "$(dirname "$0")/.."

image=${IMAGE:-stepexport}
events=${EVENTS:-200000}
memory=${MEMORY:-320m} # as in config/deploy/kubernetes/sidecar
if docker info >/dev/null 2>&1; then
    engine=(docker) timer=()
else
    # cgroupfs and runc: work without systemd, and inside a container. Health checks on a timer would want systemd: they are called below.
    engine=(podman --cgroup-manager cgroupfs --runtime "$(command -v runc)") timer=(--health-interval disable --log-driver k8s-file)
fi
command -v "${engine[0]}" >/dev/null || { echo "image-test: there is neither a running Docker nor podman here" >&2; exit 1; }

work=$(mktemp -d)
name=stepexport-image-test-$$
hec= pid=self
trap 'kill $hec 2>/dev/null; "${engine[@]}" rm -f "$name" >/dev/null 2>&1; "${engine[@]}" volume rm "$name" >/dev/null 2>&1; rm -rf "$work"' EXIT
failed=0
expect() { if [ "$2" = "$3" ]; then echo "ok      $1: $2"; else echo "FAILED  $1: '$2', expected '$3'"; failed=1; fi; }
say() { echo "        $*"; }
now() { echo $(($(date +%s%N) / 1000000)); }
until_it() { # until_it SECONDS COMMAND…: waits for a state, or for the end of the program; says nothing
    local end=$(($(now) + $1 * 1000)); shift
    until "$@"; do [ "$(now)" -lt $end ] && [ -d "/proc/$pid" ] || return 1; sleep 0.05; done
}

# --- the destination, the configuration, the input
build=artifacts/bin/StepExport.FakeHec/release/fake-hec
dotnet msbuild tests/StepExport.FakeHec -restore -p:Configuration=Release -v:quiet -nologo -tl:off || exit 1
port=$((20000 + RANDOM % 10000))
hec_port=$((port + 10000))
hec_run=0
hec_start() { hec_run=$((hec_run + 1)); "$build" --port $hec_port --no-color >"$work/hec.$hec_run" 2>&1 & hec=$!; until_it 60 grep -q token: "$work/hec.$hec_run"; }
hec_stop() { kill $hec; wait $hec; hec=; }
hec_distinct() { sed -nE 's/.* accepted: ([0-9,]+) distinct.*/\1/p' "$work"/hec.* | tr -d , | awk '{ n += $1 } END { print n + 0 }'; }
mkdir -p "$work/etc" "$work/in"
chmod 0755 "$work" # the program has another user
hec_start || { cat "$work/hec.1"; exit 1; }
cat >"$work/etc/stepexport.yaml" <<YAML
dataDir: /data
admin: { listen: 127.0.0.1:$port }
shutdown: { drainTimeout: 5s }
sources: { detections: { type: file, path: /in/*.ndjson, pollInterval: 1s } }
sinks:
  splunk:
    type: splunk_hec
    endpoints: [http://127.0.0.1:$hec_port]
    $(grep -m1 -o 'token: .*' "$work/hec.1")
    retry: { initial: 100ms, max: 1s }
YAML
for sample in config/samples/*.json; do tr -d '\n' <"$sample"; echo; done >"$work/samples"
feed() { # feed FILE FROM COUNT: as many detections, each of another run
    awk -v from="$2" -v n="$3" '
        { match($0, /"run_id": *"/); head[NR - 1] = substr($0, 1, RSTART + RLENGTH - 1); tail[NR - 1] = substr($0, RSTART + RLENGTH); sub(/^[0-9]+/, "", tail[NR - 1]) }
        END { for (i = from; i < from + n; i++) printf "%s%d%s\n", head[i % NR], 1000000000 + i, tail[i % NR] }' "$work/samples" >"$work/in/.$1"
    mv "$work/in/.$1" "$work/in/$1.ndjson"
}

safe=(--network host --read-only --tmpfs /tmp --cap-drop=ALL --security-opt no-new-privileges --memory "$memory" --pids-limit 256
    --ulimit nofile=20000:20000 --ulimit nproc=4096:4096)
mounts=(-v "$work/etc:/etc/stepexport:ro" -v "$work/in:/in:ro" -v "$name:/data")
once() { "${engine[@]}" run --rm -i --no-healthcheck "${safe[@]}" "${mounts[@]}" "$image" "$@" 2>&1; }
get() { curl -fsS --max-time 5 "http://127.0.0.1:$port$1" 2>/dev/null; }
is_ready() { get /readyz >/dev/null; }
is_unready() { curl -s --max-time 5 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/readyz" | grep -q 503; }
metric() { get /metrics | sed -nE "s/^stepexport_$1(\{[^}]*\})? ([0-9]+).*/\2/p"; }
is() { [ "$(metric "$1")" = "$2" ]; }
is_above() { [ "$(metric "$1")" -gt "$2" ] 2>/dev/null; }
resident() { awk -v what="$1" '$1 == what ":" { printf "%d MB", $2 / 1024 }' "/proc/$pid/status"; }
processor() { awk -v hz="$(getconf CLK_TCK)" '{ print ($14 + $15) * 1000 / hz }' "/proc/$pid/stat"; }
healthcheck() { # the image's own, as the engine calls it: its exit code
    if [ "${engine[0]}" = podman ]; then "${engine[@]}" healthcheck run "$name" >/dev/null 2>&1; else "${engine[@]}" exec "$name" /app/stepexport health >/dev/null 2>&1; fi
    echo $?
}
start() {
    local begun; begun=$(now)
    pid=self
    "${engine[@]}" run -d --name "$name" "${timer[@]}" "${safe[@]}" "${mounts[@]}" "$image" >/dev/null 2>"$work/engine" || cat "$work/engine"
    until_it 60 is_ready
    say "from run to ready: $(($(now) - begun)) ms, the container's own start included"
    expect "ready" "$(is_ready && echo yes)" yes
    pid=$("${engine[@]}" inspect "$name" --format '{{.State.Pid}}')
}
stop() {
    local begun; begun=$(now)
    "${engine[@]}" stop -t 30 "$name" >/dev/null 2>&1
    say "from SIGTERM to the end: $(($(now) - begun)) ms"
    expect "exit code after SIGTERM" "$("${engine[@]}" inspect "$name" --format '{{.State.ExitCode}}')" 0
    "${engine[@]}" logs "$name" >>"$work/log" 2>&1
    "${engine[@]}" rm "$name" >/dev/null 2>&1
}
ends_here() { [ $failed = 0 ] || { echo "--- the program's log"; { cat "$work/log" 2>/dev/null; "${engine[@]}" logs "$name" 2>&1; } | tail -n 20; exit 1; }; }

# --- what is in it
size() { "${engine[@]}" image inspect "$1" --format '{{.Size}}' 2>/dev/null; }
base=$(size mcr.microsoft.com/dotnet/aspnet:10.0)
say "size: $(($(size "$image") / 1000000)) MB${base:+, of which the base image is $((base / 1000000)) MB}"
about=$("${engine[@]}" image inspect "$image" | tr -d ' \n')
expect "the user" "$("${engine[@]}" image inspect "$image" --format '{{.Config.User}}')" 1654:1654
expect "started without a shell" "$(grep -o '"Entrypoint":\["/app/stepexport"\]' <<<"$about" | head -n 1)" '"Entrypoint":["/app/stepexport"]'
expect "the health check is the program's own" "$(grep -oiE '"test":\["CMD","/app/stepexport","health"\]' <<<"$about" | head -n 1 | cut -c8-)" '["CMD","/app/stepexport","health"]'
expect "labels" "$(grep -oE '"org.opencontainers.image.(title|description|version|revision|base.name)":"[^"]+"' <<<"$about" | sort -u | wc -l)" 5
expect "the version" "$(once --version)" "stepexport $(sed -nE 's:.*<Version>(.*)</Version>.*:\1:p' Directory.Build.props)"
expect "detections mapped" "$(once map - <"$work/samples" | wc -l)" 14
once check --connect >"$work/check" 2>&1
expect "the configuration checked, its destination reached" $? 0
# The C library of Kafka is another one per system: a broker that is not there is news only from a library that is.
printf 'dataDir: /data\nsources: { a: { type: stdin } }\nsinks: { bus: { type: kafka, bootstrapServers: "127.0.0.1:9", topic: x } }\n' >"$work/etc/kafka.yaml"
expect "Kafka's library loads" "$(once check -c /etc/stepexport/kafka.yaml --connect 2>&1 | grep -cE 'bus: FAILED: no (answer|broker)')" 1
grep -q FAILED "$work/check" && cat "$work/check"

# --- it runs
start
ends_here
expect "the process is the program itself" "$(tr '\0' ' ' <"/proc/$pid/cmdline" | cut -d' ' -f1,2)" "/app/stepexport run"
expect "user and group" "$(awk '/^[UG]id/ { printf "%s ", $2 }' "/proc/$pid/status")" "1654 1654 "
expect "capabilities" "$(awk '/^Cap/ { print $2 }' "/proc/$pid/status" | sort -u)" 0000000000000000
expect "new privileges" "$(awk '/^NoNewPrivs/ { print $2 }' "/proc/$pid/status")" 1
expect "the root is" "$(awk '$5 == "/" { print substr($6, 1, 2) }' "/proc/$pid/mountinfo")" ro
expect "modes of what it wrote" "$(find "/proc/$pid/root/data" -type f -printf '%m\n' | sort -u | paste -sd' ')" 600
expect "health check" "$(healthcheck)" 0
sleep 5 # nothing to wait for: idle is measured
say "idle: $(resident VmRSS) resident"

# --- load
feed load 0 "$events"
begun=$(now) busy=$(processor)
until_it 600 is sink_delivered_total "$events"
took=$(($(now) - begun))
expect "delivered" "$(metric sink_delivered_total)" "$events"
expect "exit code so far (137: --memory $memory was not enough)" "$("${engine[@]}" inspect "$name" --format '{{.State.ExitCode}}')" 0
ends_here
say "under load: $(resident VmHWM) resident at most of $memory, $((events * 1000 / took)) events/s from the first to the last, compiling included," \
    "$(awk -v a="$busy" -v b="$(processor)" -v n="$events" 'BEGIN { printf "%.1f", (b - a) * 1000 / n }') us of processor time each"

# --- the destination is away, and it is stopped then
hec_stop
feed later "$events" 1000
until_it 60 is sink_lag_records 1000
until_it 60 is_unready
expect "health check while the destination is away" "$(healthcheck)" 0
once health --ready >/dev/null 2>&1
expect "health --ready then" $? 1
stop
expect "left to the sink, said at the end" "$(grep -o '"Undelivered":[0-9]*' "$work/log" | tail -n 1)" '"Undelivered":1000'

# --- again, with the same volume: place, lag and memory of what was taken are kept
hec_start
start
until_it 60 is sink_delivered_total 1000
expect "delivered after the restart, and nothing else" "$(metric sink_delivered_total)" 1000
expect "read again" "$(metric source_received_total)" 0
cp "$work/in/later.ndjson" "$work/in/.again" && mv "$work/in/.again" "$work/in/again.ndjson"
until_it 60 is source_deduplicated_total 1000
expect "known from before" "$(metric source_deduplicated_total)" 1000

# --- it hangs
kill -STOP "$pid"
expect "health check while it hangs" "$(healthcheck)" 1
kill -CONT "$pid"
expect "health check when it is back" "$(healthcheck)" 0

# --- it is stopped in the middle of its work: what it has taken in goes out first
feed last $((events + 1000)) 20000
until_it 60 is_above source_received_total 1000
stop
taken=$(($(grep -o '"Sequence":[0-9]*' "$work/log" | tail -n 1 | cut -d: -f2)))
expect "left to the sink, said at the end" "$(grep -o '"Undelivered":[0-9]*' "$work/log" | tail -n 1)" '"Undelivered":0'
hec_stop
expect "with the destination: all $taken that were taken in" "$(hec_distinct)" "$taken"
ends_here
exit $failed
