#!/usr/bin/env bash
# Usage: scripts/fuzz.sh TIME
# Runs each fuzz target of the repository for TIME (10s, 5m), one after another.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:?usage: scripts/fuzz.sh TIME}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# The go command sometimes fails a target for no more than that its time ran out
# while an input was being tried (https://go.dev/issue/75804, fixed in Go 1.27). A real finding
# names the input that it has written down, or says that the process hung.
only_out_of_time() {
    grep -q 'context deadline exceeded' "$log" && ! grep -qE 'Failing input|hung or terminated|panic' "$log"
}

# tried TARGET FOLDER: what go test says of the target is shown when it has ended, so that
# an end which says nothing of the target is not read as a failed test. It is tried again instead.
tried() {
    for again in 1 2 3; do
        go test "$2" -run '^$' -fuzz "^$1\$" -fuzztime "$time" >"$log" 2>&1 && break
        only_out_of_time || { cat "$log"; return 1; }
        echo "fuzz $1: the time ran out in the middle of an input ($again of 3)"
        : >"$log"
    done
    cat "$log"
}

found=0
while IFS=: read -r file line; do
    target=${line#func }
    target=${target%%(*}
    found=$((found + 1))
    echo "fuzz $target in $(dirname "$file") for $time"
    tried "$target" "./$(dirname "$file")"
done < <(grep -rE --include='*_test.go' --exclude-dir=.cache --exclude-dir=node_modules '^func Fuzz[A-Z][A-Za-z0-9_]*\(' . | sort)
echo "fuzz: $found targets"
