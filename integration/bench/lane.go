package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// lane is all processes of a run: the provider and what stands before it.
type lane struct {
	mock  *process
	bare  *process
	nginx *process // nil: not installed
	asbru *process
}

// target is one of those that are compared.
type target struct {
	name    string
	process *process
	direct  bool // passes bytes on: a translated request reaches it as its translation
}

// targets are in the order in which they take their turns. The first is what
// the others are compared with.
func (l *lane) targets() []target {
	ts := []target{{name: "bare", process: l.bare, direct: true}}
	if l.nginx != nil {
		ts = append(ts, target{name: "nginx", process: l.nginx, direct: true})
	}
	return append(ts, target{name: "asbru", process: l.asbru})
}

// startLane starts everything and waits until it is ready.
func startLane(ctx context.Context, asbru, dir string) (l *lane, err error) {
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
		return self, []string{bareCommand, addr, l.mock.addr}, err
	}); err != nil {
		return nil, err
	}
	if path, lookErr := exec.LookPath("nginx"); lookErr == nil {
		if l.nginx, err = l.launch(ctx, dir, "nginx", "", func(addr string) (string, []string, error) {
			conf, err := writeNginx(dir, addr, l.mock.addr)
			return path, []string{"-p", dir, "-c", conf}, err
		}); err != nil {
			return nil, err
		}
	}
	l.asbru, err = l.launch(ctx, dir, "asbru", "/readyz", func(addr string) (string, []string, error) {
		config, err := writeGateway(dir, l.mock.addr)
		return asbru, []string{"up", "--listen", addr, "--config", config, "--data-dir", filepath.Join(dir, "data")}, err
	})
	if err != nil {
		return nil, err
	}
	return l, l.refusesStrangers()
}

// refusesStrangers makes sure that what is measured is a gateway that looks at
// its callers' keys.
func (l *lane) refusesStrangers() error {
	c, err := dial(l.asbru.addr)
	if err != nil {
		return err
	}
	defer c.close()
	status, body, err := c.do(post("/v1/chat/completions", chatBody("openai/mock", smallPrompt, false), "Authorization: Bearer stranger"))
	if err == nil && status == 200 {
		err = fmt.Errorf("the gateway let a stranger in: %.300s", body)
	}
	return err
}

// launch starts one process on a free port.
func (l *lane) launch(ctx context.Context, dir, name, readyPath string, command func(addr string) (string, []string, error)) (*process, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	path, args, err := command(addr)
	if err != nil {
		return nil, err
	}
	p, err := start(dir, name, addr, path, args...)
	if err != nil {
		return nil, err
	}
	if _, err := p.ready(ctx, readyPath); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

// stop ends all processes, those in front first.
func (l *lane) stop() {
	for _, p := range []*process{l.asbru, l.nginx, l.bare, l.mock} {
		if p != nil {
			p.stop()
		}
	}
}

// virtualKey is the caller's key. The mock takes any, so the bare proxy's
// requests carry it too.
const virtualKey = "sk-bf-bench-0123456789abcdef"

// writeGateway writes the gateway's configuration: three keys by weight, a
// virtual key that is asked for, logging on; metrics always are.
func writeGateway(dir, mock string) (path string, err error) {
	type m = map[string]any
	key := func(name string, weight float64) m {
		return m{"name": name, "value": "sk-provider-" + name, "weight": weight}
	}
	provider := m{
		"keys":                        []m{key("first", 1), key("second", 2), key("third", 3)},
		"network_config":              m{"base_url": "http://" + mock},
		"concurrency_and_buffer_size": m{"concurrency": 2 * maxStreams, "buffer_size": 2 * maxStreams},
	}
	b, err := json.MarshalIndent(m{
		"providers": m{"openai": provider, "anthropic": provider},
		"client":    m{"enable_logging": true, "enforce_auth_on_inference": true},
		"governance": m{"virtual_keys": []m{
			{"id": "bench", "name": "bench", "value": virtualKey, "is_active": true},
		}},
	}, "", "  ")
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, "gateway.json")
	return path, os.WriteFile(path, b, 0o600)
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
