package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/asbru-gateway/asbru/integration/load"
)

// startGateways starts the gateway in both of its forms: as a cluster of three
// processes, of which the edge is the one that calls go through; and as `asbru up`,
// one process that does everything, writing the ledger of calls into SQLite included.
func (l *lane) startGateways(ctx context.Context, asbru, dir string, cached bool) (err error) {
	config, err := writeGateway(dir, l.mock.Addr, cached)
	if err != nil {
		return err
	}
	role := func(name, ready string, args ...string) (*load.Process, error) {
		return l.launch(ctx, dir, name, ready, func(addr string) (string, []string, error) {
			return asbru, append([]string{name, "--listen", addr, "--data-dir", filepath.Join(dir, name)}, args...), nil
		})
	}
	nats, err := role("nats", "", "--secret-key", secretKey)
	if err != nil {
		return err
	}
	member := []string{"--secret-key", secretKey, "--nats", "nats://" + nats.Addr, "--config", config}
	if _, err = role("control", "/readyz", member...); err != nil {
		return err
	}
	if l.edge, err = role("edge", "/readyz", member...); err != nil {
		return err
	}
	if l.up, err = role("up", "/readyz", "--config", config); err != nil {
		return err
	}
	for _, t := range l.targets() {
		if !t.direct {
			if err := refusesStrangers(t.process); err != nil {
				return err
			}
		}
	}
	return nil
}

// secretKey is what the processes of the cluster know each other by.
const secretKey = "YmVuY2ggYmVuY2ggYmVuY2ggYmVuY2ggYmVuY2ghISE="

// refusesStrangers makes sure that what is measured is a gateway that looks at
// its callers' keys.
func refusesStrangers(p *load.Process) error {
	c, err := load.Dial(p.Addr)
	if err != nil {
		return err
	}
	defer c.Close()
	status, body, err := c.Do(load.Post("/v1/chat/completions", chatBody("openai/mock", smallPrompt, false), "Authorization: Bearer stranger"))
	if err == nil && status == 200 {
		err = fmt.Errorf("%s let a stranger in: %.300s", p.Name, body)
	}
	return err
}

// virtualKey is the caller's key. The mock takes any, so the bare proxy's
// requests carry it too.
const virtualKey = "sk-bf-bench-0123456789abcdef"

// writeGateway writes the gateway's configuration: three keys by weight, a
// virtual key that is asked for, logging on; metrics always are.
func writeGateway(dir, mock string, cached bool) (path string, err error) {
	type m = map[string]any
	key := func(name string, weight float64) m {
		return m{"name": name, "value": "sk-provider-" + name, "weight": weight}
	}
	provider := m{
		"keys":                        []m{key("first", 1), key("second", 2), key("third", 3)},
		"network_config":              m{"base_url": "http://" + mock},
		"concurrency_and_buffer_size": m{"concurrency": 2 * maxStreams, "buffer_size": 2 * maxStreams},
	}
	providers := m{}
	for i := range tongues {
		providers[tongues[i].provider] = provider
	}
	b, err := json.MarshalIndent(m{
		"providers": providers,
		"cache":     m{"enabled": cached, "ttl": 3600},
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
