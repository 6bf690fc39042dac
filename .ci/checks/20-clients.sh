#!/usr/bin/env bash
# Other people's clients against a node, as their users run them: Mosquitto's commands, Paho for Python and MQTT.js.
# MQTTJS may name a directory where MQTT.js is installed; without it, it is installed for the time of this check.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
work=$(mktemp -d "${TMPDIR:-/tmp}/lacewing-clients.XXXXXX")
node=""
clients=()

clean_up() {
    for pid in "${clients[@]}"; do
        kill -9 "$pid" 2>/dev/null || true
    done
    [ -z "$node" ] || kill -9 "$node" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT

fail() {
    echo "FAILED: $*"
    find "$work" -maxdepth 1 -name '*.err' -size +0 -exec tail -n 30 {} +
    tail -n 20 "$work/node.out"
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

port_of() { # port_of NAME: from the ports file
    sed -n "s/^$1=//p" "$work/ports"
}

"$root/lacewing" start --ports-file "$work/ports" --set persistence.dir="$work/data" --set http.port=0 \
    --set listeners.0.host=127.0.0.1 --set listeners.0.port=0 \
    --set listeners.1.host=127.0.0.1 --set listeners.1.port=0 >"$work/node.out" 2>"$work/node.err" &
node=$!
await 180 test -f "$work/ports" || fail "the node is not ready"
tcp=$(port_of tcp)
ws=$(port_of ws)

# ---- Mosquitto's commands ----

pub() { # pub ARGS...
    mosquitto_pub -h 127.0.0.1 -p "$tcp" "$@" || fail "mosquitto_pub $*"
}

# A subscriber in the background, whose log tells when it is subscribed.
sub() { # sub NAME ARGS...: writes what it gets to NAME.got; its pid is in $sub_pid
    local name=$1
    shift
    # Debug output goes to the same stream as messages; messages are what begins with "> ".
    stdbuf -oL mosquitto_sub -h 127.0.0.1 -p "$tcp" -d -F '> %t %q %r %p' "$@" >"$work/$name.out" 2>"$work/$name.err" &
    sub_pid=$!
    disown
    clients+=("$sub_pid")
    await 20 grep -q 'received SUBACK' "$work/$name.out" || fail "$name is not subscribed"
}

got() { # got NAME: what a subscriber got
    sed -n 's/^> //p' "$work/$1.out"
}

expect() { # expect NAME LINES: the subscriber ends by itself after so many and has got these, in this order
    local name=$1
    await 20 sh -c "! kill -0 $sub_pid" || fail "$name waits for more than: $(got "$name")"
    [ "$(got "$name")" = "$2" ] || fail "$name got: $(got "$name") instead of: $2"
}

for version in mqttv31 mqttv311 mqttv5; do
    for qos in 0 1 2; do
        topic=m/$version/$qos
        sub "sub-$version-$qos" -V "$version" -q "$qos" -t "m/$version/+" -T none -C 50
        seq 50 | pub -V "$version" -q "$qos" -t "$topic" -l
        expect "sub-$version-$qos" "$(seq -f "$topic $qos 0 %g" 50)"
    done
    echo "ok mosquitto $version: QoS 0, 1 and 2"
done

for version in mqttv311 mqttv5; do
    pub -V $version -q 1 -t "r/$version" -r -m kept
    sub "retained-$version" -V $version -q 1 -t "r/$version" -C 1
    expect "retained-$version" "r/$version 1 1 kept"
    pub -V $version -q 1 -t "r/$version" -r -n
    sub "cleared-$version" -V $version -q 1 -t "r/$version" -C 1
    pub -V $version -q 1 -t "r/$version" -m live
    expect "cleared-$version" "r/$version 1 0 live"
    echo "ok mosquitto $version: retained"

    sub "victim-$version" -V $version -t nothing --will-topic "w/$version" --will-payload gone --will-qos 1
    victim=$sub_pid
    sub "watcher-$version" -V $version -q 1 -t "w/$version" -C 1
    kill -9 "$victim"
    expect "watcher-$version" "w/$version 1 0 gone"
    echo "ok mosquitto $version: will"

    expiry=()
    [ $version = mqttv311 ] || expiry=(-x 60)
    sub "first-$version" -V $version -c -i "session-$version" "${expiry[@]}" -q 2 -t "s/$version" -C 1
    pub -V $version -q 2 -t "s/$version" -m 1
    expect "first-$version" "s/$version 2 0 1"
    seq 2 30 | pub -V $version -q 2 -t "s/$version" -l
    sub "second-$version" -V $version -c -i "session-$version" "${expiry[@]}" -q 2 -t "s/$version" -C 29
    expect "second-$version" "$(seq -f "s/$version 2 0 %g" 2 30)"
    echo "ok mosquitto $version: session"

    sub "share-a-$version" -V $version -q 1 -t "\$share/g/sh/$version" -t "end/$version"
    a=$sub_pid
    sub "share-b-$version" -V $version -q 1 -t "\$share/g/sh/$version" -t "end/$version"
    b=$sub_pid
    seq 40 | pub -V $version -q 1 -t "sh/$version" -l
    pub -V $version -q 1 -t "end/$version" -m end
    both() { [ "$(cat "$work"/share-?-$version.out | grep -c '^> sh/')" -ge 40 ]; }
    await 20 both || fail "the share group lacks messages"
    all=$( (got "share-a-$version"; got "share-b-$version") | sed -n 's/^sh.* //p' | sort -n)
    [ "$all" = "$(seq 40)" ] || fail "the share group got: $all"
    for name in a b; do
        [ "$(got "share-$name-$version" | grep -c ^sh/)" -ge 10 ] || fail "the share group is not balanced"
    done
    kill "$a" "$b"
    echo "ok mosquitto $version: shared subscription"
done

# ---- Paho for Python ----

/usr/bin/python3 "$here/clients/paho_client.py" "$tcp" "$ws" 2>"$work/paho.err" || fail "Paho for Python"

# ---- MQTT.js ----

if [ -z "${MQTTJS:-}" ]; then
    MQTTJS=$work/mqttjs
    npm install --silent --no-audit --no-fund --prefix "$MQTTJS" mqtt@5 >"$work/npm.out" 2>&1 || fail "npm install mqtt"
fi
NODE_PATH=$MQTTJS/node_modules node "$here/clients/mqttjs_client.js" "$tcp" "$ws" 2>"$work/mqttjs.err" || fail "MQTT.js"

kill -TERM "$node"
wait "$node" || true
node=""
[ "$(grep -cE ' (ERROR|WARN) ' "$work/node.out")" = 0 ] || fail "the node has something to say"
