package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/asbru-gateway/asbru/integration/load"
)

// haproxyConf is the balancer of deploy/compose, on one machine.
const haproxyConf = `global
    maxconn 2000
defaults
    mode http
    timeout connect 2s
    timeout client 1m
    timeout server 1m
    option abortonclose
    option http-keep-alive
    retries 3
    option redispatch
    retry-on conn-failure
frontend api
    bind %s
    default_backend edges
backend edges
    balance leastconn
    option httpchk GET /readyz
    http-check expect status 200
    default-server check inter 500ms fall 2 rise 1
%s`

// noBalancer is the figure where HAProxy is not installed.
var noBalancer = []figure{{what: "not measured", how: "HAProxy is not installed (Debian package haproxy)"}}

func haveBalancer() bool {
	_, err := exec.LookPath("haproxy")
	return err == nil
}

// balance puts HAProxy before the edges.
func (c *cluster) balance(ctx context.Context) (*load.Process, error) {
	addr, err := load.FreeAddr()
	if err != nil {
		return nil, err
	}
	var servers strings.Builder
	for _, e := range c.edges {
		fmt.Fprintf(&servers, "    server %s %s\n", e.Name, e.Addr)
	}
	conf := filepath.Join(c.dir, "haproxy.cfg")
	if err := os.WriteFile(conf, fmt.Appendf(nil, haproxyConf, addr, servers.String()), 0o600); err != nil {
		return nil, err
	}
	return c.launch(ctx, "haproxy", addr, "/readyz", "haproxy", "-db", "-f", conf)
}
