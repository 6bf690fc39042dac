#!/usr/bin/env bash
# The launcher and the commands that run on, as a user would run them: on free ports, from another directory.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd -P)
work=$(mktemp -d "${TMPDIR:-/tmp}/lacewing-launcher.XXXXXX")
running=""

clean_up() {
    [ -z "$running" ] || kill -9 "$running" 2>/dev/null || true
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

port_of() { # port_of NAME: from the ports file
    sed -n "s/^$1=//p" "$work/ports"
}

start() { # start ARGS...: a node on free ports, in the background; waits until it is ready
    rm -f "$work/ports"
    ./lw start --ports-file "$work/ports" --set persistence.dir="$work/data" --set http.port=0 \
        --set listeners.0.port=0 --set listeners.1.port=0 "$@" >"$work/start.out" 2>"$work/start.err" &
    running=$!
    await 60 test -f "$work/ports" || fail "the node is not ready after 60 s"
}

stop() { # stops the node and expects that it ended as it should
    local began=$SECONDS code=0
    kill -TERM "$running"
    wait "$running" || code=$?
    running=""
    [ "$code" = 143 ] || fail "exit code $code after SIGTERM"
    [ $((SECONDS - began)) -le 15 ] || fail "stopping took $((SECONDS - began)) s"
}

refused() { # refused TEXT ARGS...: the command must end with code 2 and one line that has TEXT
    local text=$1 code=0
    shift
    ./lw "$@" >"$work/refused.out" 2>"$work/refused.err" || code=$?
    [ "$code" = 2 ] || fail "$*: exit code $code instead of 2"
    [ "$(wc -l <"$work/refused.err")" = 1 ] || fail "$*: not one line"
    grep -qF -- "$text" "$work/refused.err" || fail "$*: no '$text'"
}

ln -s "$root/lacewing" "$work/lw"
cd "$work"
./lw version >version.out 2>version.err || fail "version"
grep -q '^Lacewing [0-9].* on Java [2-9][0-9]' version.out || fail "version says something else"
./lw version >version.out 2>version.err
[ ! -s version.err ] || fail "a second run is not quiet"

echo "configuration errors"
refused "unknown key htp.port; did you mean http.port?" start --set htp.port=1
refused "no such file" start --config missing.yaml
printf 'http:\n  port: x\n' >bad.yaml
refused "bad.yaml:2:9: http.port = x: must be a port" start --config bad.yaml
refused "bad.yaml:2:9: http.port = x: must be a port" check-config bad.yaml
LACEWING_CLUSTER_SIZE=many refused "environment LACEWING_CLUSTER_SIZE" start

echo "a node: health, metrics, what is taken, SIGTERM"
start
[ ! -s start.err ] || fail "something on standard error"
grep -q 'ready in [0-9]* ms' start.out || fail "does not say that it is ready"
http=http://127.0.0.1:$(port_of http)
[ "$(curl -s -o live.out -w '%{http_code}' "$http/health/live")" = 200 ] || fail "not live"
[ "$(curl -s -o ready.out -w '%{http_code}' "$http/health/ready")" = 200 ] || fail "not ready"
curl -s -D headers.out -o metrics.out "$http/metrics"
grep -qi '^content-type: text/plain; version=0.0.4' headers.out || fail "content type of metrics"
grep -q '^lacewing_connections 0' metrics.out || fail "no metrics of the broker"
mosquitto_pub -p "$(port_of tcp)" -q 1 -r -t launcher/check -m works || fail "mosquitto_pub"
[ "$(mosquitto_sub -p "$(port_of tcp)" -q 1 -t 'launcher/+' -C 1 -W 10)" = works ] || fail "mosquitto_sub"
refused "data directory $work/data is used by another node" start --set persistence.dir="$work/data"
index=0
for name in tcp ws http; do
    port=$(port_of $name)
    [ -n "$port" ] || fail "no port of $name"
    key=listeners.$index.port
    [ $name != http ] || key=http.port
    index=$((index + 1))
    refused "$name: 0.0.0.0:$port can't be bound: Address already in use; change $key" start \
        --set persistence.dir="$work/other" --set listeners.0.port=0 --set listeners.1.port=0 --set http.port=0 \
        --set $key="$port"
done

echo "operators"
operate() { # operate COMMAND ARGS...: with what leads to the node that runs
    ./lw "$@" --set persistence.dir="$work/data" --set http.port="$(port_of http)" >operate.out 2>operate.err
}
[ "$(stat -c %a "$work/data/admin.token")" = 600 ] || fail "others may read the token"
! grep -q "$(cat "$work/data/admin.token")" start.out || fail "the token is in the log"
operate status || fail "status: $(cat operate.err)"
grep -q '^node .*: ready' operate.out || fail "status does not say that the node is ready"
operate recover || fail "recover: $(cat operate.err)"
grep -q '^Nothing was changed' operate.out || fail "recover does not say that nothing was changed"
json='Content-Type: application/json'
[ "$(curl -s -o wrong.out -w '%{http_code}' -d '{"order":"recover"}' -H "$json" -H 'Authorization: Bearer 0' \
    "$http/admin/operate")" = 401 ] || fail "an order without the token is not refused"
grep -q "is 'admin', its password is in .*/http.first-password until" start.out ||
    fail "the first start does not say where the first password is"
[ "$(stat -c %a "$work/data/http.first-password")" = 600 ] || fail "others may read the first password"
first=$(cat "$work/data/http.first-password")
! grep -q -e "$first" start.out || fail "the first password is in the log"
curl -sf -u "admin:$first" "$http/admin/status" | grep -q ': ready' || fail "status by the first password"
curl -sf -u "admin:$first" -H "$json" -d '{"order": "status"}' "$http/admin/operate" >order.out || fail "an order by curl"
curl -sf -u "admin:$first" -H "$json" -d '{"user": "eve", "role": "read", "password": "secret"}' "$http/admin/users" \
    >user.out || fail "a user by curl"
[ "$(curl -s -o wrong.out -w '%{http_code}' -u eve:secret -H "$json" -d '{"order":"recover"}' "$http/admin/operate")" = 403 ] ||
    fail "a reader may order"
refused "no node runs on this data directory" status --set persistence.dir="$work/other"
refused "http.enabled is false" status --set http.enabled=false
stop
[ ! -f "$work/data/admin.token" ] || fail "the token is left"
refused "no node runs on this data directory" status --set persistence.dir="$work/data"
[ "$(tail -n 1 start.out | grep -c 'stopped')" = 1 ] || fail "the last line is not 'stopped'"
[ ! -s start.err ] || fail "something on standard error"

echo "what was acknowledged is there after kill -9"
start
! grep -q "its password is in" start.out || fail "the second start makes a first user"
[ -f "$work/data/http.first-password" ] || fail "the first password is gone, though it was not changed"
mosquitto_sub -p "$(port_of tcp)" -i keeper -c -q 1 -t 'kept/#' -E || fail "mosquitto_sub"
mosquitto_pub -p "$(port_of tcp)" -q 1 -t kept/1 -m queued || fail "mosquitto_pub"
kill -9 "$running"
wait "$running" || true
start
[ "$(mosquitto_sub -p "$(port_of tcp)" -i keeper -c -q 1 -t 'kept/#' -C 1 -W 10)" = queued ] || fail "the message is lost"
[ "$(mosquitto_sub -p "$(port_of tcp)" -q 1 -t 'launcher/+' -C 1 -W 10)" = works ] || fail "the retained message is lost"
stop

echo "users and passwords"
printf 'it works\n' | ./lw passwd users.txt ann --stdin >passwd.out 2>passwd.err || fail "passwd"
[ "$(stat -c %a users.txt)" = 600 ] || fail "others may read the password file"
refused "give it on standard input, with --stdin" passwd users.txt ann </dev/null
start --set auth.passwordFile="$work/users.txt" --set auth.anonymous=deny
mosquitto_pub -p "$(port_of tcp)" -u ann -P 'it works' -q 1 -t users/1 -m x || fail "the right password is refused"
! mosquitto_pub -p "$(port_of tcp)" -u ann -P 'it fails' -q 1 -t users/1 -m x 2>pub.err || fail "a wrong password"
! mosquitto_pub -p "$(port_of tcp)" -q 1 -t users/1 -m x 2>pub.err || fail "a client without a user name"
stop
grep -q "refused at tcp, client id .*, user name 'ann'" start.out || fail "the refusal is not in the log"
! grep -q 'it works\|it fails' start.out || fail "a password is in the log"

echo "a node whose reader is gone goes on; JSON log"
mkfifo pipe
head -n 1 pipe >first.json &
reader=$!
rm -f ports
./lw start --ports-file "$work/ports" --set persistence.dir="$work/data" --set http.port=0 --set log.format=json \
    --set listeners.0.port=0 --set listeners.1.port=0 >pipe 2>start.err &
running=$!
wait "$reader"
python3 -c 'import json; json.load(open("first.json"))["formattedMessage"]' || fail "the log is not JSON"
await 60 test -f ports || fail "does not get ready without a reader"
[ "$(curl -s -o live.out -w '%{http_code}' "http://127.0.0.1:$(port_of http)/health/live")" = 200 ] || fail "not live"
stop

echo "the demo: nodes, one that dies, the end"
base=$(python3 -c '
import socket
while True:
    with socket.socket() as a, socket.socket() as b:
        a.bind(("127.0.0.1", 0))
        try:
            b.bind(("127.0.0.1", a.getsockname()[1] + 1))
        except (OSError, OverflowError):
            continue
        print(a.getsockname()[1])
        break
')
mkdir temporary
LACEWING_JAVA_OPTS="-Djava.io.tmpdir=$work/temporary" ./lw demo --nodes 2 --base-port "$base" >demo.out 2>demo.err &
running=$!
await 60 grep -q '^\[n1\].*ready in' demo.out || fail "n1 is not ready"
await 60 grep -q '^\[n2\].*ready in' demo.out || fail "n2 is not ready"
# Only a node says "process", with its id last.
victim=$(sed -n 's/^\[n1\].* process \([0-9]*\)$/\1/p' demo.out)
other=$(sed -n 's/^\[n2\].* process \([0-9]*\)$/\1/p' demo.out)
kill -9 "$victim"
await 10 grep -q '^n1 ended with exit code 137; the others go on' demo.out || fail "the death of n1 is not said"
kill -0 "$other" || fail "n2 did not go on"
stop
tail -n 1 demo.out | grep -q '^stopped$' || fail "the demo's last line"
! kill -0 "$other" 2>/dev/null || fail "n2 is left"
[ -z "$(ls temporary | grep lacewing-demo)" ] || fail "data is left"
[ ! -s demo.err ] || fail "something on standard error of the demo"
echo "ok"
