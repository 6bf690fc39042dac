#!/usr/bin/env bash
# The chart, the manifests, the dashboards and the alerts: rendered by Helm's own engine with many values, held against Kubernetes'
# schemas, the broker's configuration and its metrics. With --write, what is generated is written anew. See helm/check/README.md.
# PROMTOOL and KUBECTL may name these programs; LACEWING the launcher. Empty: what needs it is left out.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd -P)
work=$(mktemp -d "${TMPDIR:-/tmp}/lacewing-chart-check.XXXXXX")
trap 'rm -rf "$work"' EXIT

if ! /usr/bin/python3 -c 'import yaml'; then
    echo "FAILED: needs python3-yaml"
    exit 1
fi
mvn -B -q -f "$root/helm/check/pom.xml" dependency:copy-dependencies -DoutputDirectory="$work/lib" >"$work/mvn.log" 2>&1 || {
    cat "$work/mvn.log"
    exit 1
}
java=""
for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/*; do
    version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9]*\).*/\1/p' "$candidate/release" 2>/dev/null | head -n 1)
    if [ "${version:-0}" -ge 21 ]; then
        java=$candidate/bin
        break
    fi
done
[ -n "$java" ] || { echo "FAILED: needs Java 21 or newer; set JAVA_HOME"; exit 1; }
mkdir "$work/classes"
"$java/javac" -cp "$work/lib/*" -d "$work/classes" "$root/helm/check/Chart.java"

if [ -z "${PROMTOOL+set}" ]; then
    PROMTOOL=$(command -v promtool || true)
    if [ -z "$PROMTOOL" ]; then
        # Only the program: the package would start a Prometheus.
        (cd "$work" && apt-get download -qq prometheus && dpkg -x prometheus_*.deb prometheus) >"$work/apt.log" 2>&1 || {
            cat "$work/apt.log"
            exit 1
        }
        PROMTOOL=$work/prometheus/usr/bin/promtool
    fi
fi
export PROMTOOL
DOCKERFILE_UTILS=""
if command -v npm >/dev/null; then
    npm install --silent --no-audit --no-fund --prefix "$work/npm" dockerfile-utils@0.16 >"$work/npm.log" 2>&1 || {
        cat "$work/npm.log"
        exit 1
    }
    DOCKERFILE_UTILS=$work/npm/node_modules/dockerfile-utils
fi
export DOCKERFILE_UTILS
export KUBECTL=${KUBECTL-$(command -v kubectl || true)}
export LACEWING=${LACEWING-$root/lacewing}
export CHART_JAVA="$java/java -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -cp '$work/classes:$work/lib/*' Chart"
export PYTHONDONTWRITEBYTECODE=1
/usr/bin/python3 "$root/helm/check/check.py" "$@"
