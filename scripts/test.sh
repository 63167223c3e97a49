#!/usr/bin/env bash
# Runs every test of the repository. Needs Go, Node and make; what else it needs
# (a C compiler for the race detector, PostgreSQL, Redis, Python for the SDK suites,
# Chromium for the UI) it installs where it may, or says what it leaves out.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/install.sh

race=()
if install_missing "${CC:-gcc}" gcc libc6-dev; then
    export CGO_ENABLED=1
    # What translates programs, and SQLite, which is C in Go, take five times as long while each access of theirs
    # is watched. What is ours around them, and what they share with it, is watched all the same.
    race=(-race)
    for package in modernc.org/sqlite/lib github.com/tetratelabs/wazero/internal/engine/wazevo/{ssa,frontend,backend/...}; do
        race+=("-gcflags=$package=-race=false")
    done
else
    echo "test: no C compiler and no way to install one: the race detector is off" >&2
fi

# Debian keeps PostgreSQL's programs off the path.
have_postgres() {
    command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}
if { have_postgres || { install_packages postgresql && have_postgres; }; } &&
    install_missing redis-server redis-server; then
    export ASBRU_TEST_SERVICES=${ASBRU_TEST_SERVICES:-required}
else
    echo "test: PostgreSQL or Redis is missing and cannot be installed: tests that need it are skipped" >&2
fi

if make .cache/bin/helm; then
    export ASBRU_TEST_HELM=${ASBRU_TEST_HELM:-required}
else
    echo "test: helm cannot be built: tests of the chart are skipped" >&2
fi

# For plugins in a second language.
have_rust_for_wasm() {
    command -v rustc >/dev/null && [ -d "$(rustc --print target-libdir --target wasm32-unknown-unknown)" ]
}
have_rust_for_wasm || rustup target add wasm32-unknown-unknown 2>/dev/null || install_packages rustc libstd-rust-dev-wasm32 || true
have_rust_for_wasm || echo "test: no Rust for WebAssembly and no way to install it: tests of plugins in Rust are skipped" >&2

go test "${race[@]}" -timeout 15m ./...
(cd tools/site && go test .)
scripts/fuzz.sh 5s
scripts/integration.sh
