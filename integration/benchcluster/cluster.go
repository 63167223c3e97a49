package main

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/integration/load"
)

const (
	// secretKey is what the processes of a cluster know each other by.
	secretKey  = "YmVuY2ggYmVuY2ggYmVuY2ggYmVuY2ggYmVuY2ghISE="
	adminToken = "admin-of-the-cluster-that-is-measured"
)

// shape is what a scenario needs.
type shape struct {
	edges, workers int
	slots          int  // of the provider's at each node; 0: as many as anyone wants
	offerAtOnce    bool // a call that finds no slot is not queued first
	mock           []string
}

// cluster is a running cluster.
type cluster struct {
	o   *options
	dir string

	mock, redis, nats, control *load.Process
	edges, workers             []*load.Process
	all                        []*load.Process // in the order of their start
}

// startCluster starts a cluster and waits until all of it serves.
func startCluster(ctx context.Context, o *options, dir string, s shape) (c *cluster, err error) {
	c = &cluster{o: o, dir: dir}
	defer func() {
		if err != nil {
			c.stop()
		}
	}()
	if c.mock, err = c.role(ctx, "mock", "mock", "", s.mock...); err != nil {
		return nil, err
	}
	if c.redis, err = c.startRedis(ctx); err != nil {
		return nil, err
	}
	member := []string{"--secret-key", secretKey}
	if c.nats, err = c.role(ctx, "nats", "nats", "", append(member, "--data-dir", filepath.Join(dir, "nats"))...); err != nil {
		return nil, err
	}
	member = append(member, "--nats", "nats://"+c.nats.Addr)
	if c.control, err = c.role(ctx, "control", "control", "/readyz", append(member, "--admin-token", adminToken, "--data-dir", filepath.Join(dir, "control"))...); err != nil {
		return nil, err
	}
	if err := c.configure(ctx, cmp.Or(s.slots, 1000), s.offerAtOnce); err != nil {
		return nil, err
	}
	member = append(member, "--redis", "redis://"+c.redis.Addr)
	for i := range s.edges {
		name := fmt.Sprint("edge-", i+1)
		e, err := c.role(ctx, "edge", name, "/readyz", append(slices.Clone(member), "--node-id", name, "--drain-grace", "2s", "--data-dir", filepath.Join(dir, name))...)
		if err != nil {
			return nil, err
		}
		c.edges = append(c.edges, e)
	}
	for i := range s.workers {
		name := fmt.Sprint("worker-", i+1)
		w, err := c.role(ctx, "worker", name, "/readyz", append(slices.Clone(member), "--node-id", name, "--data-dir", filepath.Join(dir, name))...)
		if err != nil {
			return nil, err
		}
		c.workers = append(c.workers, w)
	}
	return c, nil
}

// configure commits three keys by weight at the mock.
func (c *cluster) configure(ctx context.Context, slots int, offerAtOnce bool) error {
	_, err := c.admin(ctx, "PUT", "/api/config", fmt.Sprintf(`{"providers":{"openai":{
		"keys":[{"name":"a","value":"sk-a-0123456789","weight":7},{"name":"b","value":"sk-b-0123456789","weight":2},{"name":"c","value":"sk-c-0123456789","weight":1}],
		"network_config":{"base_url":"http://%s"},"concurrency_and_buffer_size":{"concurrency":%d,"buffer_size":1000}}},
		"client":{"drop_excess_requests":%v}}`, c.mock.Addr, slots, offerAtOnce))
	return err
}

// role starts one of the binary's roles and waits until it answers a path, or, if
// that is empty, takes connections.
func (c *cluster) role(ctx context.Context, role, name, ready string, args ...string) (*load.Process, error) {
	addr, err := load.FreeAddr()
	if err != nil {
		return nil, err
	}
	return c.launch(ctx, name, addr, ready, c.o.asbru, append([]string{role, "--listen", addr, "--log-level", "warn"}, args...)...)
}

func (c *cluster) startRedis(ctx context.Context) (*load.Process, error) {
	addr, err := load.FreeAddr()
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	return c.launch(ctx, "redis", addr, "", "redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
}

func (c *cluster) launch(ctx context.Context, name, addr, ready, program string, args ...string) (*load.Process, error) {
	p, err := load.Start(c.dir, name, addr, program, args...)
	if err != nil {
		return nil, err
	}
	c.all = append(c.all, p)
	_, err = p.Ready(ctx, ready)
	return p, err
}

// stop ends all processes, those in front first. Edges that drain are not waited
// for: nothing is measured any more.
func (c *cluster) stop() {
	for _, p := range slices.Backward(c.all) {
		if strings.HasPrefix(p.Name, "edge") {
			p.Kill()
			continue
		}
		p.Stop()
	}
}
