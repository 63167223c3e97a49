#!/usr/bin/env bash
# Usage: scripts/fuzz.sh TIME
# Runs each fuzz target of the repository for TIME (10s, 5m), one after another.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:?usage: scripts/fuzz.sh TIME}

found=0
while IFS=: read -r file line; do
    target=${line#func }
    target=${target%%(*}
    found=$((found + 1))
    echo "fuzz $target in $(dirname "$file") for $time"
    go test "./$(dirname "$file")" -run '^$' -fuzz "^$target\$" -fuzztime "$time"
done < <(grep -rE --include='*_test.go' --exclude-dir=.cache --exclude-dir=node_modules '^func Fuzz[A-Z][A-Za-z0-9_]*\(' . | sort)
echo "fuzz: $found targets"
