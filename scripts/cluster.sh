#!/usr/bin/env bash
# Usage: scripts/cluster.sh up|down
# Starts the cluster of deploy/compose, with secrets that are made at the first
# start and kept in deploy/compose/.env, or stops it.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/docker.sh
need_docker
need_compose
compose() { docker compose --project-directory deploy/compose "$@"; }

if [ "${1:-}" = down ]; then
    compose down
    exit
fi
[ "${1:-}" = up ] || { echo "usage: scripts/cluster.sh up|down" >&2; exit 2; }

env=deploy/compose/.env
if [ ! -e "$env" ]; then
    (
        umask 077
        random() { head -c "$1" /dev/urandom | base64 | tr -d '\n'; }
        {
            echo "ASBRU_SECRET_KEY=$(random 32)"
            echo "ASBRU_ADMIN_TOKEN=asbru-admin-$(random 24 | tr -d '+/=')"
            echo "POSTGRES_PASSWORD=$(random 24 | tr -d '+/=')"
        } >"$env"
    )
fi
make image
images_of_others
compose up -d --wait --wait-timeout 180

port=${ASBRU_PORT:-8080}
for try in $(seq 60); do
    bin/asbru health "http://127.0.0.1:$port/readyz" >/dev/null 2>&1 && break
    [ "$try" -lt 60 ] || { echo "the cluster does not answer through the balancer; see docker compose logs" >&2; exit 1; }
    sleep 0.5
done
control=${ASBRU_CONTROL_PORT:-8081}
cat <<END

The cluster is up:
  API        http://127.0.0.1:$port
  admin API  http://127.0.0.1:$control/api (its token is ASBRU_ADMIN_TOKEN in $env)

  curl http://127.0.0.1:$port/v1/chat/completions -H 'Content-Type: application/json' \\
    -d '{"model": "mock/any", "messages": [{"role": "user", "content": "Hello"}]}'

make cluster-down stops it; its data stay.
END
