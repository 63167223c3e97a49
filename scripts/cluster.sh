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

env=deploy/compose/.env
new=
[ -e "$env" ] || new=yes
random() { head -c "$1" /dev/urandom | base64 | tr -d '\n'; }
# secret NAME VALUE keeps a secret that is not there yet.
secret() { grep -qs "^$1=" "$env" || (umask 077; echo "$1=$2" >>"$env"); }
secret ASBRU_SECRET_KEY "$(random 32)"
secret ASBRU_ADMIN_TOKEN "asbru-admin-$(random 24 | tr -d '+/=')"
secret POSTGRES_PASSWORD "$(random 24 | tr -d '+/=')"
secret GRAFANA_PASSWORD "$(random 24 | tr -d '+/=')"

if [ "${1:-}" = down ]; then
    compose --profile monitoring down
    exit
fi
[ "${1:-}" = up ] || { echo "usage: scripts/cluster.sh up|down" >&2; exit 2; }

if [ -n "$new" ] && docker volume inspect asbru_nats-1 >/dev/null 2>&1; then
    echo "volumes of an earlier cluster are there, but $env with its secrets was not: what they hold cannot be read" >&2
fi
make image
images_of_others
monitoring=
if [[ ",${COMPOSE_PROFILES:-}," == *,monitoring,* ]]; then
    if compose pull --quiet --policy missing prometheus grafana; then
        monitoring=yes
    else
        echo "no images of Prometheus and Grafana can be had: starting without them" >&2
        export COMPOSE_PROFILES=
    fi
fi
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
if [ -n "$monitoring" ]; then
    cat <<END
Its monitoring:
  Grafana    http://127.0.0.1:${ASBRU_GRAFANA_PORT:-3000} (admin, and GRAFANA_PASSWORD in $env)
  Prometheus http://127.0.0.1:${ASBRU_PROMETHEUS_PORT:-9091}
END
fi
