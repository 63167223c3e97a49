#!/usr/bin/env bash
# Builds the program and runs the integration tests, those of the admin UI among them. The
# SDK suites, and the contract test of the admin API, need Node's npm and a Python that can
# make virtual environments; the libraries that they use go to .cache/sdk and to node_modules
# beside the suites.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/install.sh

if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    install_packages python3 python3-venv || {
        echo "integration: python3 with venv is needed for the SDK suites" >&2
        exit 1
    }
fi

# fresh FILE MARK: MARK was made from FILE as it is.
fresh() { cmp -s "$1" "$2"; }

suite=integration/sdk
uv=.cache/sdk/uv/bin/uv
[ -x "$uv" ] || { python3 -m venv .cache/sdk/uv && .cache/sdk/uv/bin/pip install --quiet --disable-pip-version-check uv==0.13.9; }
for wanted in "$suite"/python/*.txt integration/mcp/python/mcp.txt integration/admin/schemathesis.txt; do
    venv=.cache/sdk/$(basename "$wanted" .txt)
    if ! fresh "$wanted" "$venv/installed.txt"; then
        rm -rf "$venv"
        python3 -m venv "$venv"
        # The files have all that is needed, so nothing is to be resolved. pip, slow as it
        # is, knows of mirrors that uv does not.
        "$uv" pip install --quiet --python "$venv/bin/python" --no-deps -r "$wanted" ||
            "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$wanted"
        cp "$wanted" "$venv/installed.txt"
    fi
done
for node in "$suite/node" "$suite/node/earlier" integration/mcp/node integration/mcp/suite; do
    if ! fresh "$node/package-lock.json" "$node/node_modules/.installed.json"; then
        npm --prefix "$node" ci --ignore-scripts --no-audit --no-fund
        cp "$node/package-lock.json" "$node/node_modules/.installed.json"
    fi
done

make build
scripts/ui.sh test
# One package after another: those of the cluster want the machine for themselves.
go test -tags integration -count=1 -p 1 -timeout 15m ./integration/...
scripts/containers.sh
