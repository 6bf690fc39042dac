#!/usr/bin/env bash
# Clients that are looked up in a real PostgreSQL and a real MariaDB, with and without TLS: who is let in, groups, injection, and a
# database that goes down and comes back. The servers run in a directory of their own, as their packages' users if this is root.
set -eu
shopt -s nocasematch # Versions of Mosquitto write the reasons differently.
here=$(cd "$(dirname "$0")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
work=$(mktemp -d "${TMPDIR:-/tmp}/lacewing-sql.XXXXXX")
chmod 711 "$work"
node=""
watcher=""
database=""

clean_up() {
    [ -z "$watcher" ] || kill -9 "$watcher" 2>/dev/null || true
    [ -z "$node" ] || kill -9 "$node" 2>/dev/null || true
    [ -z "$database" ] || "${database}_stop" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap clean_up EXIT

fail() {
    echo "FAILED: $*"
    tail -n 30 "$work"/*.log 2>/dev/null || true
    exit 1
}

await() { # await SECONDS COMMAND...: until it succeeds
    local deadline=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.1
    done
}

as() { # as USER COMMAND...: databases refuse to run as root
    local user=$1
    shift
    if [ "$(id -u)" = 0 ]; then
        runuser -u "$user" -- "$@"
    else
        "$@"
    fi
}

own() { # own USER FILE...
    local user=$1
    shift
    [ "$(id -u)" != 0 ] || chown -R "$user" "$@"
}

free_port() {
    /usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# ---- What both databases hold ----

printf secret | "$root/lacewing" passwd "$work/users" ann --stdin >/dev/null || fail "lacewing passwd"
argon=$(sed -n 's/^ann://p' "$work/users")
# Of "abc", from the test vectors of jBCrypt.
bcrypt='$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i'
cat >"$work/tables.sql" <<SQL
CREATE TABLE mqtt_user (username VARCHAR(64) PRIMARY KEY, password_hash VARCHAR(255));
CREATE TABLE mqtt_group (username VARCHAR(64), name VARCHAR(64));
INSERT INTO mqtt_user VALUES ('ann', '$argon'), ('bob', '$bcrypt'), ('eve', 'not a hash'), ('nil', NULL);
INSERT INTO mqtt_group VALUES ('ann', 'sellers'), ('ann', 'staff'), ('bob', 'staff');
SQL
echo 'database secret' >"$work/db-password"
cat >"$work/acl" <<'YAML'
rules:
  - {allow: all, topics: ['shop/#'], groups: sellers}
  - {allow: all, topics: ['ann/#'], users: ann}
YAML

for ca in ca other; do
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=Test $ca" -keyout "$work/$ca.key" -out "$work/$ca.pem" 2>/dev/null
done
openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout "$work/db.key" \
    -out "$work/db.csr" 2>/dev/null
openssl x509 -req -days 2 -in "$work/db.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -copy_extensions copy \
    -out "$work/db.pem" 2>/dev/null

# ---- PostgreSQL ----

pg_bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
postgresql_make() {
    mkdir "$work/pg"
    cp "$work/db.key" "$work/db.pem" "$work/pg"
    own postgres "$work/pg"
    chmod 600 "$work/pg/db.key"
    (cd "$work/pg" && as postgres "$pg_bin/initdb" -D "$work/pg/data" -U admin --auth-local=trust --auth-host=scram-sha-256 \
        -E UTF8) >"$work/pg-init.log" 2>&1 || fail "initdb"
    postgresql_start
    for file in - "$work/tables.sql"; do
        psql -q -v ON_ERROR_STOP=1 -h "$work/pg" -p "$db_port" -U admin -d postgres -f "$file" <<'SQL' || fail "psql"
CREATE ROLE broker LOGIN PASSWORD 'database secret';
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO broker;
SQL
    done
}
postgresql_start() {
    (cd "$work/pg" && as postgres "$pg_bin/pg_ctl" -D "$work/pg/data" -w -l "$work/pg/server.log" -o "-h 127.0.0.1 -p $db_port \
        -k $work/pg -c ssl=on -c ssl_cert_file=$work/pg/db.pem -c ssl_key_file=$work/pg/db.key" start) >/dev/null || fail "pg_ctl"
}
postgresql_stop() {
    (cd "$work/pg" && as postgres "$pg_bin/pg_ctl" -D "$work/pg/data" -m immediate stop)
}
postgresql_name=postgres

# ---- MariaDB ----

mysql_make() {
    mkdir "$work/my"
    cp "$work/db.key" "$work/db.pem" "$work/ca.pem" "$work/my"
    own mysql "$work/my"
    as mysql mariadb-install-db --no-defaults --datadir="$work/my/data" --auth-root-authentication-method=normal \
        --skip-test-db >"$work/my-init.log" 2>&1 || fail "mariadb-install-db"
    mysql_start
    mariadb --no-defaults -S "$work/my/socket" -u root -e "CREATE DATABASE mqtt CHARACTER SET utf8mb4;
        CREATE USER broker@'%' IDENTIFIED BY 'database secret'; GRANT SELECT ON mqtt.* TO broker@'%'" || fail "mariadb"
    mariadb --no-defaults -S "$work/my/socket" -u root mqtt <"$work/tables.sql" || fail "mariadb"
}
mysql_start() {
    as mysql mariadbd --no-defaults --datadir="$work/my/data" --socket="$work/my/socket" --pid-file="$work/my/pid" \
        --bind-address=127.0.0.1 --port="$db_port" --ssl-cert="$work/my/db.pem" --ssl-key="$work/my/db.key" \
        --ssl-ca="$work/my/ca.pem" >"$work/my-server.log" 2>&1 &
    await 60 mariadb-admin --no-defaults -S "$work/my/socket" -u root ping || fail "mariadbd"
}
mysql_stop() {
    local pid
    pid=$(cat "$work/my/pid")
    kill -9 "$pid"
    await 20 sh -c "! kill -0 $pid"
}
mysql_name=mqtt

# ---- A node and its clients ----

start_node() { # start_node SETTING...
    rm -f "$work/ports"
    "$root/lacewing" start --ports-file "$work/ports" --set persistence.dir="$work/data" --set http.host=127.0.0.1 \
        --set http.port=0 --set listeners.0.host=127.0.0.1 --set listeners.0.port=0 --set listeners.1.host=127.0.0.1 \
        --set listeners.1.port=0 --set auth.sql.user=broker --set auth.sql.passwordFile="$work/db-password" \
        --set auth.sql.query='SELECT username, password_hash FROM mqtt_user WHERE username = ${username}' \
        --set auth.sql.groupsQuery='SELECT name FROM mqtt_group WHERE username = ${username}' \
        --set auth.sql.timeout=10s --set auth.sql.breaker.failures=2 --set auth.sql.breaker.pause=15s --set limits.connectTimeout=1m \
        --set auth.sql.cache.ttl=0s --set auth.sql.cache.deniedTtl=0s --set auth.aclFile="$work/acl" "$@" \
        >"$work/node.log" 2>&1 &
    node=$!
    await 180 test -f "$work/ports" || fail "the node is not ready"
    tcp=$(sed -n 's/^tcp=//p' "$work/ports")
    http=$(sed -n 's/^http=//p' "$work/ports")
}
stop_node() {
    kill -TERM "$node"
    wait "$node" || true
    node=""
}

publish() { # publish USER PASSWORD TOPIC: what mosquitto_pub says, empty if all went well
    mosquitto_pub -V mqttv5 -h 127.0.0.1 -p "$tcp" -u "$1" -P "$2" -q 1 -t "$3" -m x 2>&1 || true
}
says() { # says TEXT USER PASSWORD TOPIC
    local said
    said=$(publish "$2" "$3" "$4")
    case $said in
        *"$1"*) [ -n "$1" ] || [ -z "$said" ] || fail "$2 on $4: $said" ;;
        *) fail "$2 on $4: '$said' instead of '$1'" ;;
    esac
}
is_in() {
    [ -z "$(publish "$@")" ]
}

for database in postgresql mysql; do
    db_port=$(free_port)
    "${database}_make"
    name=${database}_name
    start_node --set "auth.sql.url=$database://127.0.0.1:$db_port/${!name}"

    says "" ann secret shop/a
    says "" ann secret ann/a
    says "Not authorized" ann secret other
    says "Not authorized" bob abc shop/a
    for wrong in wrong '' ; do
        says "Bad user name or password" ann "$wrong" shop/a
    done
    says "Bad user name or password" nobody secret shop/a
    says "Bad user name or password" nil '' shop/a
    for injection in "ann' -- " "' OR '1'='1" "x'; DROP TABLE mqtt_user; -- " '\' '${username}' 'ann"' '%' "$(printf 'ann\xf0\x9f\x90\x9d')"; do
        says "Bad user name or password" "$injection" secret shop/a
    done
    if [ "$database" = mysql ]; then
        says "" ANN secret ann/a # The database takes it for ann, so rules do, too.
    else
        says "Bad user name or password" ANN secret ann/a
    fi
    # One user's broken hash is not the database's fault: others go on.
    for i in 1 2 3; do
        says "Server unavailable" eve 'not a hash' shop/a
    done
    grep -q 'not a hash' "$work/node.log" && fail "a hash is in the log"
    says "" ann secret shop/a
    echo "ok $database: users, groups, injection"

    mosquitto_sub -h 127.0.0.1 -p "$tcp" -u ann -P secret -k 5 -t 'shop/#' >"$work/watcher.log" 2>&1 &
    watcher=$!
    await 20 sh -c "[ \"\$(curl -s http://127.0.0.1:$http/metrics | sed -n 's/^lacewing_connections //p')\" = 1.0 ]" \
        || fail "the watcher is not there"
    "${database}_stop" >/dev/null
    for i in 1 2 3 4; do
        says "Server unavailable" ann secret shop/a
    done
    curl -s "http://127.0.0.1:$http/metrics" \
        | grep -q 'lacewing_auth_remote_answers_total{authenticator="sql",outcome="open"} [1-9]' || fail "the breaker is not open"
    kill -0 "$watcher" || fail "a client that was connected is gone: $(cat "$work/watcher.log")"
    "${database}_start"
    await 90 is_in ann secret shop/a || fail "the database is back, and ann is not in"
    await 20 grep -q x "$work/watcher.log" || fail "the watcher gets nothing"
    kill "$watcher"
    watcher=""
    stop_node
    echo "ok $database: down and back"

    start_node --set "auth.sql.url=$database://localhost:$db_port/${!name}" --set auth.sql.ca="$work/ca.pem"
    says "" ann secret shop/a
    stop_node
    start_node --set "auth.sql.url=$database://localhost:$db_port/${!name}" --set auth.sql.ca="$work/other.pem"
    says "Server unavailable" ann secret shop/a
    stop_node
    start_node --set "auth.sql.url=$database://127.0.0.1:$db_port/${!name}" --set auth.sql.ca="$work/ca.pem"
    says "Server unavailable" ann secret shop/a # Another name than the certificate's.
    stop_node
    echo "ok $database: TLS"
    "${database}_stop" >/dev/null
done
database=""
