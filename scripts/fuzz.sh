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

found=0
while IFS=: read -r file line; do
    target=${line#func }
    target=${target%%(*}
    found=$((found + 1))
    echo "fuzz $target in $(dirname "$file") for $time"
    if ! go test "./$(dirname "$file")" -run '^$' -fuzz "^$target\$" -fuzztime "$time" 2>&1 | tee "$log"; then
        only_out_of_time || exit 1
    fi
done < <(grep -rE --include='*_test.go' --exclude-dir=.cache --exclude-dir=node_modules '^func Fuzz[A-Z][A-Za-z0-9_]*\(' . | sort)
echo "fuzz: $found targets"
