package command

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/asbru-gateway/asbru/edge"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/limits/measured"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
	sharedlimits "github.com/asbru-gateway/asbru/pkg/limits/redis"
	"github.com/asbru-gateway/asbru/pkg/limits/threshold"
	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/asbru-gateway/asbru/pkg/redis"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/spf13/pflag"
)

// counts is where limits are counted: in Redis for all nodes, or in this process
// where it is the only one. The process's metrics tell what is decided, and its teller
// which thresholds are reached.
type counts struct {
	limits.Limiter
	reader  limits.Reader
	redis   *redis.Client // nil: in this process
	metrics *telemetry.Metrics
	teller  *threshold.Teller
}

// countsFlags say where limits are counted.
type countsFlags struct {
	redis   string
	timeout time.Duration
}

// redisHelp is the beginning of the help of --redis.
const redisHelp = "`URLS` of the Redis that counts limits for all nodes: redis, rediss, sentinel and cluster URLs, with commas between them"

func (f *countsFlags) add(flags *pflag.FlagSet, without string) {
	flags.StringVar(&f.redis, "redis", "", redisHelp+" (default: "+without+")")
	flags.DurationVar(&f.timeout, "redis-timeout", redis.Timeout, "how long a call waits for that Redis before its limits' policies decide")
}

// openCounts opens the counts in Redis; without URLs they are in this process.
// nodes is how many nodes take calls.
func openCounts(f countsFlags, conn *bus.Conn, nodes func() int, m *telemetry.Metrics, log *slog.Logger) (*counts, error) {
	teller := threshold.NewTeller(conn, log)
	if f.redis == "" {
		here := memory.New(memory.Options{Warned: teller.Tell})
		return newCounts(&counts{Limiter: here, reader: here, metrics: m, teller: teller})
	}
	answered, failed := m.RedisScripts.WithLabelValues("answered"), m.RedisScripts.WithLabelValues("failed")
	if f.timeout <= 0 {
		return nil, fmt.Errorf("--redis-timeout: must be more than 0, not %s", f.timeout)
	}
	client, err := redis.Open(f.redis, redis.Options{Timeout: f.timeout, Log: log, Took: func(d time.Duration, fail bool) {
		if fail {
			failed.Observe(d.Seconds())
		} else {
			answered.Observe(d.Seconds())
		}
	}})
	if err != nil {
		return nil, fmt.Errorf("--redis: %w", err)
	}
	shared := sharedlimits.New(sharedlimits.Options{Redis: client, Nodes: nodes, Warned: teller.Tell, Log: log})
	return newCounts(&counts{
		Limiter: limits.NewLeases(shared, limits.LeaseOptions{Nodes: nodes}), reader: sharedlimits.NewReader(client),
		redis: client, metrics: m, teller: teller,
	})
}

// newCounts has the metrics tell what the limiter decides.
func newCounts(c *counts) (*counts, error) {
	decided := measured.New(c.Limiter)
	decided.Refused = c.teller.Refused
	c.Limiter = decided
	if err := c.metrics.Register(decided); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// close gives back what was taken ahead.
func (c *counts) close() error {
	err := c.Close()
	if c.redis != nil {
		err = errors.Join(err, c.redis.Close())
	}
	return err
}

// where is where they are, as the node tells it.
func (c *counts) where() member.Counts {
	switch {
	case c.redis == nil:
		return member.CountsAlone
	case !c.redis.Up():
		return member.CountsAway
	}
	return member.CountsShared
}

// warnAlone warns that this node of a cluster counts for itself.
func (c *counts) warnAlone(log *slog.Logger) {
	if c.redis == nil {
		log.Warn("no --redis: this node counts limits for itself, so that callers have each limit once for each such node; give all edges and workers the same --redis")
	}
}

// dependency is what /readyz shows of it.
func (c *counts) dependency() (edge.Dependency, bool) {
	if c.redis == nil {
		return edge.Dependency{}, false
	}
	d := edge.Dependency{Name: "redis", Status: "connected", OK: true}
	if !c.redis.Up() {
		d.Status, d.OK = "not reached: each limit's policy decides", false
	}
	return d, true
}
