#!/usr/bin/env bash
# Builds the program and runs the integration tests. The SDK suites need Node's
# npm and a Python that can make virtual environments; both suites' packages go to
# .cache and to node_modules beside the suite.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/install.sh

if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    install_packages python3 python3-venv || {
        echo "integration: python3 with venv is needed for the SDK suites" >&2
        exit 1
    }
fi

suite=integration/sdk
venv=.cache/sdk-venv
wanted=$suite/python/requirements.txt
if ! cmp -s "$wanted" "$venv/installed.txt"; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$wanted"
    cp "$wanted" "$venv/installed.txt"
fi
if ! cmp -s "$suite/node/package-lock.json" "$suite/node/node_modules/.installed.json"; then
    npm --prefix "$suite/node" ci --ignore-scripts --no-audit --no-fund
    cp "$suite/node/package-lock.json" "$suite/node/node_modules/.installed.json"
fi

make build
# One package after another: those of the cluster want the machine for themselves.
go test -tags integration -count=1 -p 1 -timeout 15m ./integration/...
scripts/containers.sh
