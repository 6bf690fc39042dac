# helm test: each pod is ready; a message passes through a session that moves from pod to pod.
# PODS, HTTP_PORT; where clients are let in: MQTT_PORT, MQTT_USER, MQTT_PASSWORD.
fail() {
    echo "FAILED: $*"
    exit 1
}

for pod in $PODS; do
    wget -q -T 5 -O - "http://$pod:$HTTP_PORT/health/ready" || fail "$pod is not ready"
    echo " $pod"
done
if [ -z "${MQTT_PORT:-}" ]; then
    echo "left out: messages, as nobody is let in without a user; set test.credentialsSecret (or auth.anonymous: allow)"
    exit 0
fi
client() ( # client COMMAND POD ARGS...; in a shell of its own, which keeps its variables
    command=$1 host=$2
    shift 2
    if [ -n "${MQTT_USER:-}" ]; then
        set -- -u "$MQTT_USER" -P "$MQTT_PASSWORD" "$@"
    fi
    "$command" -h "$host" -p "$MQTT_PORT" -q 1 "$@"
)
topic=lacewing-test/$(hostname)
last=$(echo "$PODS" | awk '{print $NF}')
previous=$last
for pod in $PODS; do
    # The session begins at one pod, the message comes in at another, and the session goes on at the last.
    id=lacewing-test-$pod
    client mosquitto_sub "$pod" -i "$id" -c -t "$topic" -E || fail "subscribing at $pod"
    client mosquitto_pub "$previous" -t "$topic" -m "from $previous" || fail "publishing at $previous"
    got=$(client mosquitto_sub "$last" -i "$id" -c -t "$topic" -C 1 -W 20) || fail "nothing came at $last"
    [ "$got" = "from $previous" ] || fail "'$got' came at $last"
    # Ends the session.
    client mosquitto_sub "$last" -i "$id" -t "$topic" -E || fail "ending the session at $last"
    echo "subscribed at $pod, published at $previous, received at $last"
    previous=$pod
done
echo "ok"
