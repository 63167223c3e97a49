//go:build integration

package faults_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
)

// trial is a cluster under load that goes through faults.
type trial struct {
	*nodes.Cluster
	t       *testing.T
	random  *rand.Rand
	links   []link // of each edge
	workers []*nodes.Process
	load    *load

	steps   []step // those to come
	spans   []*span
	commits int
	kills   []kill
	secrets []string // of virtual keys that were made on the way
	revoked []string // those of them that were revoked
}

// link is an edge's way to the servers.
type link struct{ redis, nats *nodes.Link } // nats is nil where there are three

// span is the time from one fault to the next. The load has a limited key of its own in it.
type span struct {
	step   step
	key    string
	passed int // calls of the trial's own
	open   int // calls of the load that have not ended
}

// limit is what a span's key may call, in all.
const limit = 60

// kill is a process's sudden end.
type kill struct {
	name string
	at   time.Time
}

// startTrial starts NATS servers, three edges with few places at the provider, and
// two workers.
func startTrial(t *testing.T, p provider, servers int, random *rand.Rand) *trial {
	t.Helper()
	r := &trial{Cluster: nodes.StartCluster(t, servers, 0), t: t, random: random}
	r.Provide(p.address, `},"concurrency_and_buffer_size":{"concurrency":2,"buffer_size":100`)
	for _, name := range []string{"worker-1", "worker-2"} {
		r.workers = append(r.workers, r.StartWorker(name))
	}
	server := strings.TrimPrefix(r.URLs, "nats://")
	for range 3 {
		l := link{redis: nodes.Before(t, r.Redis.Address())}
		r.Counts = "redis://" + l.redis.Address()
		if servers == 1 {
			l.nats = nodes.Before(t, server)
			r.URLs = "nats://" + l.nats.Address()
		}
		r.links = append(r.links, l)
		r.AddEdges(1)
	}
	for _, w := range r.workers {
		w.Ready()
	}
	return r
}

// draw is the next step. All come in an order by chance, and then in another one.
func (r *trial) draw() step {
	if len(r.steps) == 0 {
		further := ofOneServer
		if len(r.NATS) > 1 {
			further = ofThreeServers
		}
		r.steps = slices.Concat(steps, further)
		r.random.Shuffle(len(r.steps), func(i, j int) { r.steps[i], r.steps[j] = r.steps[j], r.steps[i] })
	}
	s := r.steps[0]
	r.steps = r.steps[1:]
	return s
}

// take takes the cluster through a step.
func (r *trial) take(s step) {
	r.t.Helper()
	r.t.Logf("%5d calls: %s", r.load.done(), s.name)
	r.load.next(r.t, r.newSpan(s))
	s.run(r)
	r.whole()
}

// newSpan makes a span with a limited key that each edge has heard of.
func (r *trial) newSpan(s step) *span {
	r.t.Helper()
	_, key := r.NewKey(fmt.Sprintf(`,"rate_limit":{"request_max_limit":%d,"request_reset_duration":"1d"}`, limit))
	r.secrets = append(r.secrets, key)
	for _, e := range r.Edges {
		require.Equal(r.t, http.StatusOK, call{key: key}.must(r.t, e).status)
	}
	n := &span{step: s, key: key, passed: len(r.Edges)}
	r.spans = append(r.spans, n)
	return n
}

// goOn lets so many calls end.
func (r *trial) goOn(calls int) {
	r.t.Helper()
	until := r.load.done() + calls
	require.Eventually(r.t, func() bool { return r.load.done() >= until }, nodes.Patience, tick, "the load stands still")
}

// aWhile lets some calls end.
func (r *trial) aWhile() {
	r.t.Helper()
	r.goOn(50 + r.random.IntN(100))
}

// serving are the nodes that calls are made by.
func (r *trial) serving() []*nodes.Process {
	return append(r.workers[:len(r.workers):len(r.workers)], r.Edges...)
}

// whole waits until all nodes are there again, have what they depend on, can be
// changed, and have heard from Redis what was used.
func (r *trial) whole() {
	r.t.Helper()
	r.Control.Ready()
	for _, n := range r.serving() {
		require.Eventually(r.t, func() bool { h, err := healthOf(n); return err == nil && h.whole() }, nodes.Patience, tick, "%s lacks something", n.Name)
	}
	require.Eventually(r.t, func() bool { return len(r.members()) >= len(r.serving()) }, nodes.Patience, 10*tick, "a node is missing")
	require.Eventually(r.t, func() bool { return r.TryAdmin(http.MethodPatch, "/api/config?wait=applied", `{}`) == http.StatusOK }, nodes.Patience, 10*tick, "nothing can be changed")
	r.goOn(3 * len(r.Edges) * callers)
}
