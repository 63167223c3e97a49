package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/asbru-gateway/asbru/integration/load"
)

// lane is all processes of a run: the provider and what stands before it.
type lane struct {
	mock  *load.Process
	bare  *load.Process
	nginx *load.Process // nil: not installed
	edge  *load.Process
	up    *load.Process
	all   []*load.Process // in the order of their start
}

// target is one of those that are compared.
type target struct {
	name    string
	process *load.Process
	direct  bool // passes bytes on: a translated request reaches it as its translation
	judged  bool // it is what the goals are for
}

// targets are in the order in which they take their turns. The first is what
// the others are compared with.
func (l *lane) targets() []target {
	ts := []target{{name: "bare", process: l.bare, direct: true}}
	if l.nginx != nil {
		ts = append(ts, target{name: "nginx", process: l.nginx, direct: true})
	}
	return append(ts, target{name: "edge", process: l.edge, judged: true}, target{name: "up", process: l.up})
}

// startLane starts everything and waits until it is ready; cached says whether the gateways keep
// answers.
func startLane(ctx context.Context, asbru, dir string, cached bool) (l *lane, err error) {
	l = &lane{}
	defer func() {
		if err != nil {
			l.stop()
		}
	}()
	if l.mock, err = l.launch(ctx, dir, "mock", "", func(addr string) (string, []string, error) {
		return asbru, []string{"mock", "--listen", addr}, nil
	}); err != nil {
		return nil, err
	}
	if l.bare, err = l.launch(ctx, dir, "bare", "", func(addr string) (string, []string, error) {
		self, err := os.Executable()
		return self, []string{bareCommand, addr, l.mock.Addr}, err
	}); err != nil {
		return nil, err
	}
	if path, lookErr := exec.LookPath("nginx"); lookErr == nil {
		if l.nginx, err = l.launch(ctx, dir, "nginx", "", func(addr string) (string, []string, error) {
			conf, err := writeNginx(dir, addr, l.mock.Addr)
			return path, []string{"-p", dir, "-c", conf}, err
		}); err != nil {
			return nil, err
		}
	}
	return l, l.startGateways(ctx, asbru, dir, cached)
}

// launch starts one process on a free port.
func (l *lane) launch(ctx context.Context, dir, name, readyPath string, command func(addr string) (string, []string, error)) (*load.Process, error) {
	addr, err := load.FreeAddr()
	if err != nil {
		return nil, err
	}
	path, args, err := command(addr)
	if err != nil {
		return nil, err
	}
	p, err := load.Start(dir, name, addr, path, args...)
	if err != nil {
		return nil, err
	}
	l.all = append(l.all, p)
	_, err = p.Ready(ctx, readyPath)
	return p, err
}

// stop ends all processes, those in front first.
func (l *lane) stop() {
	for _, p := range slices.Backward(l.all) {
		p.Stop()
	}
}

// nginxConf is nginx as a plain reverse proxy for streams, in one process, so
// that its CPU time is in one place.
const nginxConf = `daemon off;
master_process off;
pid %[1]s/nginx.pid;
error_log stderr warn;
events { worker_connections 8192; }
http {
  access_log off;
  client_body_temp_path %[1]s/body;
  proxy_temp_path %[1]s/proxy;
  client_max_body_size 64m;
  client_body_buffer_size 1m;
  keepalive_requests 100000000;
  upstream mock {
    server %[3]s;
    keepalive 512;
    keepalive_requests 100000000;
  }
  server {
    listen %[2]s;
    location / {
      proxy_pass http://mock;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`

func writeNginx(dir, listen, mock string) (path string, err error) {
	path = filepath.Join(dir, "nginx.conf")
	return path, os.WriteFile(path, fmt.Appendf(nil, nginxConf, dir, listen, mock), 0o600)
}
