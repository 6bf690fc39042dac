#!/usr/bin/env bash
# A cluster of three nodes as the README shows it, with mosquitto's clients: what is published on one node arrives on the
# others, a node is killed, the rest goes on, and nothing is left behind. One line for each thing shown.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd -P)
work=$(mktemp -d "${TMPDIR:-/tmp}/lacewing-demo-check.XXXXXX")
demo=""

clean_up() {
    local clients
    if [ -n "$demo" ]; then
        kill -TERM "$demo" 2>/dev/null && wait "$demo" 2>/dev/null || true
    fi
    clients=$(jobs -p)
    disown -a # else bash tells of each that it is killed
    # shellcheck disable=SC2086 # one id per word
    [ -z "$clients" ] || kill $clients 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT

fail() {
    echo "FAILED: $*"
    tail -n 50 "$work"/*.out "$work"/*.err 2>/dev/null || true
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

process_of() { # process_of NODE: only a node says "process", with its id last
    sed -n "s/^\[$1\].* process \([0-9]*\)$/\1/p" "$work/demo.out"
}

# The listener's clients: node 1 to 3 by its port. A client says in its debug output when it is subscribed.
pub() { # pub NODE ARGS...
    mosquitto_pub -V "${version:-mqttv5}" -p $((base + $1 - 1)) "${@:2}" || fail "mosquitto_pub on node $1: ${*:2}"
}
subscribe() { # subscribe NAME NODE ARGS...: in the background, its messages in NAME.out; returns when subscribed
    local name=$1 node=$2
    shift 2
    stdbuf -oL mosquitto_sub -V "${version:-mqttv5}" -d -W 60 -p $((base + node - 1)) -F 'got %t %q %r %p' "$@" \
        >"$work/$name.out" 2>"$work/$name.err" &
    await 20 grep -q '^Subscribed' "$work/$name.out" || fail "$name is not subscribed on node $node"
}
got() { # got NAME COUNT: the messages of NAME, once there are COUNT
    await 20 has "$1" "$2" || fail "$1 has $(grep -c '^got ' "$work/$1.out") of $2 messages"
    grep '^got ' "$work/$1.out" | cut -d ' ' -f 2-
}
has() {
    [ "$(grep -c '^got ' "$work/$1.out")" -ge "$2" ]
}
expect() { # expect WHAT FOUND WANTED
    [ "$2" = "$3" ] || fail "$1: '$2' instead of '$3'"
}

# Three ports beside each other, and below those that the system gives to connections: starting takes a while.
base=$(python3 -c '
import random
import socket
while True:
    first = random.randrange(20000, 30000)
    with socket.socket() as a, socket.socket() as b, socket.socket() as c:
        try:
            for offset, listener in enumerate((a, b, c)):
                listener.bind(("127.0.0.1", first + offset))
        except OSError:
            continue
        print(first)
        break
')

cd "$work"
mkdir temporary
began=$(date +%s%N)
LACEWING_JAVA_OPTS="-Djava.io.tmpdir=$work/temporary ${LACEWING_JAVA_OPTS:-}" \
    "$root/lacewing" demo --nodes 3 --base-port "$base" >demo.out 2>demo.err &
demo=$!
for node in n1 n2 n3; do
    await 120 grep -q "^\[$node\].*ready in" demo.out || fail "$node is not ready"
done
nodes="$(process_of n1) $(process_of n2) $(process_of n3)"
echo "three nodes are ready after $((($(date +%s%N) - began) / 1000000)) ms"

for version in mqttv311 mqttv5; do
    for qos in 0 1 2; do
        for node in 1 2 3; do
            subscribe "plain$node" "$node" -q 2 -C 30 -t "plain/$version/$qos/+"
        done
        for node in 1 2 3; do
            seq 1 10 >numbers
            pub "$node" -q "$qos" -t "plain/$version/$qos/$node" -l <numbers
        done
        for node in 1 2 3; do
            for from in 1 2 3; do
                found=$(got "plain$node" 30 | sed -n "s|^plain/$version/$qos/$from $qos 0 ||p" | tr '\n' ' ')
                expect "node $node from $from, QoS $qos" "$found" "1 2 3 4 5 6 7 8 9 10 "
            done
        done
    done
    echo "$version: at QoS 0, 1 and 2 each node's subscriber gets what each node's publisher sends, once, in order"
done
version=mqttv5

for node in 1 2 3; do
    subscribe "share$node" "$node" -q 1 -t '$share/workers/jobs'
done
seq 1 60 >numbers
pub 1 -q 1 -t jobs -l <numbers
await 20 eval '[ "$(cat share?.out | grep -c "^got ")" -ge 60 ]' || fail "the share group has not got all"
expect "the share group" "$(cat share?.out | sed -n 's/^got jobs 1 0 //p' | sort -n | tr '\n' ' ')" "$(seq 1 60 | tr '\n' ' ')"
echo "a share group over three nodes gets each of 60 messages once"

pub 3 -q 1 -r -t state -m on
for node in 1 2 3; do
    expect "retained on node $node" "$(mosquitto_sub -p $((base + node - 1)) -q 1 -t state -C 1 -W 20 -F '%r %p')" "1 on"
done
echo "a retained message published on node 3 is on every node when it is acknowledged"

subscribe older 1 -i moving -q 1 -t moving
subscribe newer 2 -i moving -q 1 -t moving
await 20 grep -q 'DISCONNECT' older.out older.err || fail "the older connection was not closed"
pub 3 -q 1 -t moving -m hello
expect "the newer connection" "$(got newer 1)" "moving 1 0 hello"
has older 1 && fail "the older connection still gets messages"
echo "a client that connects to node 2 takes its session over from node 1"

subscribe mourner 1 -q 1 -t wills
subscribe mortal 2 -i mortal -t nothing --will-topic wills --will-payload dead --will-qos 1
# A persistent session whose client is at the node that dies, with messages while it is away and after.
persistent() { # persistent NODE COUNT
    mosquitto_sub -V mqttv5 -c -x 3600 -i persistent -q 2 -t queue -p $((base + $1 - 1)) -C "$2" -W 60 -F '%p'
}
mosquitto_sub -V mqttv5 -c -x 3600 -i persistent -q 2 -t queue -p $((base + 1)) -E
seq 1 50 >numbers
pub 2 -q 2 -t queue -l <numbers
kill -9 "$(process_of n2)"
died=$(date +%s%N)
pub 1 -q 2 -t queue -m 51
pub 3 -q 2 -t queue -m 52
expect "the persistent session" "$(persistent 3 52 | tr '\n' ' ')" \
    "$(seq 1 52 | tr '\n' ' ')"
echo "$((($(date +%s%N) - died) / 1000000)) ms after kill -9 of node 2 a persistent session has gone on at node 3: nothing lost, nothing twice"
expect "the will" "$(got mourner 1)" "wills 1 0 dead"
echo "the will of a client of the killed node was published"
await 10 grep -q '^n2 ended with exit code 137; the others go on' demo.out || fail "the death of n2 is not said"
grep -q 'node n2 left; members: n1, n3' demo.out || fail "nobody says that n2 left"
pub 1 -q 1 -t wills -m "goes on"
expect "after the kill" "$(got mourner 2 | tail -n 1)" "wills 1 0 goes on"

kill -TERM "$demo"
code=0
wait "$demo" || code=$?
demo=""
[ "$code" = 143 ] || fail "exit code $code after SIGTERM"
tail -n 1 demo.out | grep -q '^stopped$' || fail "the demo's last line is not 'stopped'"
for process in $nodes; do
    ! kill -0 "$process" 2>/dev/null || fail "a node is left"
done
[ -z "$(ls temporary | grep lacewing-demo)" ] || fail "data is left"
grep -q 'did not stop' demo.out && fail "something did not stop"
echo "SIGTERM ends all of it; no process and no data is left"
