#!/usr/bin/env bash
# The conformance suite by its command: against a node, strictly and not, and against Debian's Mosquitto, where just those trials may
# fail that conformance/known explains. So the suite is seen to judge the standard, and not us.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
work=$(mktemp -d "${TMPDIR:-/tmp}/lacewing-conformance.XXXXXX")
pids=()

clean_up() {
    for pid in "${pids[@]}"; do
        kill -9 "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap clean_up EXIT

fail() {
    echo "FAILED: $*"
    tail -n 20 "$work"/*.out
    exit 1
}

await() { # await SECONDS COMMAND...: until it succeeds
    local deadline=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.05
    done
}

free_port() {
    /usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

takes_connections() { # takes_connections PORT
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# ---- a node ----

"$root/lacewing" start --ports-file "$work/ports" --set persistence.dir="$work/data" --set http.port=0 \
    --set listeners.0.host=127.0.0.1 --set listeners.0.port=0 \
    --set listeners.1.host=127.0.0.1 --set listeners.1.port=0 >"$work/node.out" 2>&1 &
pids+=($!)
await 180 test -f "$work/ports" || fail "the node is not ready"
tcp=$(sed -n 's/^tcp=//p' "$work/ports")
ws=$(sed -n 's/^ws=//p' "$work/ports")
"$root/lacewing" conformance --port "$tcp" --ws-port "$ws" --strict || fail "the node does not hold what the standards ask for"
"$root/lacewing" conformance --port "$tcp" --ws-port "$ws" || fail "the node fails where less is asked for than with --strict"
"$root/lacewing" fuzz --port "$tcp" --inputs 20000 || fail "the node did not stand malformed inputs"
! grep -E ' (WARN|ERROR) |Exception' "$work/node.out" || fail "the node complained"

# ---- Mosquitto ----

port=$(free_port)
printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$port" >"$work/mosquitto.conf"
/usr/sbin/mosquitto -c "$work/mosquitto.conf" >"$work/mosquitto.out" 2>&1 &
pids+=($!)
await 10 takes_connections "$port" || fail "Mosquitto is not ready"
version=$(/usr/sbin/mosquitto -h | sed -n 's/^mosquitto version //p')
if [ "$version" = 2.0.11 ]; then
    # Some of its faults are races: what it does only now and then is not held against the list, so it may take another run.
    for run in 1 2 3; do
        if "$root/lacewing" conformance --port "$port" --patience 2 --known "$root/conformance/known/mosquitto-2.0.11.txt"; then
            break
        fi
        [ "$run" -lt 3 ] || fail "Mosquitto's faults are not those that are known, in each of three runs"
        echo "Mosquitto's faults are not those that are known; once more"
    done
else
    echo "Mosquitto $version: its faults are not known; they are shown, and nothing follows from them"
    "$root/lacewing" conformance --port "$port" --patience 2 || true
fi
