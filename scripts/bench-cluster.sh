#!/usr/bin/env bash
# Measures the cluster, with the balancer and the Redis that it needs; arguments are
# those of integration/benchcluster.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/install.sh

install_missing redis-server redis-server
PATH=$PATH:/usr/sbin
install_missing haproxy haproxy || echo "HAProxy could not be installed: what needs a balancer is left out" >&2
go run ./integration/benchcluster "$@"
