#!/usr/bin/env bash
# Runs the tests of what depends most on PostgreSQL and Redis, once more, with servers
# in containers: of the official images, or of those that POSTGRES_IMAGE and
# REDIS_IMAGE name. Where neither can be pulled an image is made of the servers that
# are installed. It needs bin/asbru. Where no Docker engine answers it says so and does
# nothing, unless ASBRU_TEST_SERVERS=containers asks for it.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/docker.sh

# skip ends the script, with a failure where containers are asked for.
skip() {
    echo "containers: $*: tests in containers are left out" >&2
    [ "${ASBRU_TEST_SERVERS:-}" != containers ] || exit 1
    exit 0
}

if ! docker info >/dev/null 2>&1; then
    command -v dockerd >/dev/null || skip "no Docker engine answers, and none is installed"
    start_docker || skip "no Docker engine answers"
    # What was started for the tests ends with them.
    [ -z "${!:-}" ] || trap 'kill '"$!" EXIT
fi
if ! can_have "${POSTGRES_IMAGE:-postgres:17}" 45 || ! can_have "${REDIS_IMAGE:-redis:8}" 45; then
    echo "containers: no images can be pulled; making one of the installed servers" >&2
    installed_image || skip "no images can be had"
    export POSTGRES_IMAGE=asbru-installed:latest REDIS_IMAGE=asbru-installed:latest
fi

export ASBRU_TEST_SERVERS=containers
go test -tags integration -count=1 -p 1 -timeout 5m -run 'TestPostgres|TestRedis|KeepsTheContract|EdgesTogetherAdmit|TogetherKeepTheWeights|CrashLoses|LedgerOnce' \
    ./integration/servers ./pkg/store ./pkg/limits/redis ./pkg/keys/balance
go test -tags integration -count=1 -timeout 5m -run TestALimitIsExactOverAllEdges ./integration/cluster
