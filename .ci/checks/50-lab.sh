#!/usr/bin/env bash
# A short selection of the fault lab: first the judge itself, by a proxy that lies; then what must hold. Each scenario says what it
# does; the seed in its first line repeats its choices. The long runs are by hand: lab/run --list.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd -P)
work=$(mktemp -d "${TMPDIR:-/tmp}/lacewing-lab-check.XXXXXX")
trap 'rm -rf "$work"' EXIT

lab() {
    "$root/lab/run" "$@" --dir "$work/$1" || {
        echo "FAILED: lab/run $*"
        tail -n 30 "$work/$1"/*/log 2>/dev/null || true
        exit 1
    }
}

lab planted
lab kill-one --rounds 2 --seconds 3
lab kill-all --seconds 2 --set gap=1
if [ "$(id -u)" = 0 ] && unshare --net true; then
    lab split --seconds 2 --placement netns --set duration=3
    lab split --seconds 2 --placement netns --set duration=10
else
    echo "left out, as it needs root and network namespaces: lab/run split"
fi
