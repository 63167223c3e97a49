//go:build integration

package faults_test

import (
	"fmt"
	"net/http"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
)

// step is one fault, from its beginning to its end. The cluster is whole before and after.
type step struct {
	name    string
	noticed bool // calls may fail, of those at what is broken
	over    int  // calls that may pass over a limit, with those of unheard
	run     func(*trial)
}

const (
	// unheard is what edges may not have heard of each other's calls when they go by
	// their shares of a limit: those under way, and as many before. A busy machine alone
	// can make an edge wait too long for Redis, so each fault may come to that.
	unheard = 2 * 3 * callers
	// shared is what passes over when one edge goes by its share and the others use all.
	shared = limit / 3
)

var steps = []step{
	{"an edge is killed", true, 0, func(r *trial) { r.kill(r.anEdge()) }},
	{"a worker is killed", true, 0, func(r *trial) { r.kill(r.aWorker()) }},
	{"control is killed", false, 0, func(r *trial) { r.kill(r.Control) }},
	{"a NATS server is killed", true, 0, func(r *trial) { r.kill(r.aServer()) }},
	{"an edge stands still", true, 0, func(r *trial) { r.pause(r.anEdge()) }},
	{"a worker stands still", true, 0, func(r *trial) { r.pause(r.aWorker()) }},
	{"control stands still", false, 0, func(r *trial) { r.pause(r.Control) }},
	{"a NATS server stands still", true, 0, func(r *trial) { r.pause(r.aServer()) }},

	{"Redis hangs", false, 0, func(r *trial) {
		r.Redis.Pause(r.t)
		r.aWhile()
		r.Redis.Resume(r.t)
	}},
	{"Redis loses its data", false, limit, func(r *trial) {
		r.Redis.Flush(r.t)
		r.aWhile()
	}},
	{"Redis is killed", false, limit, func(r *trial) {
		r.Redis.Kill(r.t)
		r.aWhile()
		r.Redis.Start(r.t)
	}},
	{"Redis is slow", false, 0, func(r *trial) { r.disturb("latency", `"latency":200`) }},
	{"Redis says nothing", false, 0, func(r *trial) { r.disturb("timeout", `"timeout":0`) }},
	{"Redis cuts connections", false, 0, func(r *trial) { r.disturb("reset_peer", `"timeout":0`) }},
	{"an edge is cut off from Redis", false, shared, func(r *trial) { r.cutOff(r.aLink().redis) }},

	{"the configuration changes", false, 0, func(r *trial) {
		r.commits++
		r.Admin(http.MethodPatch, "/api/config?wait=applied", fmt.Sprintf(`{"client":{"metrics_models_max":%d}}`, 100+r.commits))
	}},
	{"a virtual key comes and goes", false, 0, (*trial).keyComesAndGoes},
}

// ofOneServer are further steps where edges know one NATS server, each by a link of its
// own. Where there are three, servers tell edges of each other, and the links are passed by.
var ofOneServer = []step{
	{"an edge is cut off from NATS", true, 0, func(r *trial) { r.cutOff(r.aLink().nats) }},
	{"an edge is cut off from everything", true, shared, func(r *trial) {
		l := r.aLink()
		r.cutOff(l.redis, l.nats)
	}},
	{"a virtual key goes while an edge cannot hear of it", true, 0, (*trial).keyGoesUnheard},
}

// ofThreeServers are further steps where there are three.
var ofThreeServers = []step{
	{"two NATS servers are killed", true, 0, func(r *trial) {
		first := r.random.IntN(len(r.NATS))
		two := []*nodes.Process{r.NATS[first], r.NATS[(first+1)%len(r.NATS)]}
		for _, n := range two {
			n.Kill()
			r.kills = append(r.kills, kill{n.Name, time.Now()})
		}
		r.aWhile()
		for _, n := range two {
			n.Run()
		}
		for _, n := range two {
			n.Ready()
		}
	}},
}

func (r *trial) anEdge() *nodes.Process  { return r.Edges[r.random.IntN(len(r.Edges))] }
func (r *trial) aWorker() *nodes.Process { return r.workers[r.random.IntN(len(r.workers))] }
func (r *trial) aServer() *nodes.Process { return r.NATS[r.random.IntN(len(r.NATS))] }
func (r *trial) aLink() link             { return r.links[r.random.IntN(len(r.links))] }

// kill ends a process, has the others do without it for a while, and runs it again.
func (r *trial) kill(p *nodes.Process) {
	p.Kill()
	r.kills = append(r.kills, kill{p.Name, time.Now()})
	r.aWhile()
	p.Run()
	p.Ready()
}

func (r *trial) pause(p *nodes.Process) {
	p.Pause()
	r.aWhile()
	p.Resume()
}

// disturb does something to what Redis says to the edges.
func (r *trial) disturb(toxic, attributes string) {
	for _, l := range r.links {
		l.redis.Disturb(toxic, attributes)
	}
	r.aWhile()
	for _, l := range r.links {
		l.redis.Heal()
	}
}

func (r *trial) cutOff(from ...*nodes.Link) {
	for _, l := range from {
		l.Cut()
	}
	r.aWhile()
	for _, l := range from {
		l.Heal()
	}
}

func (r *trial) keyComesAndGoes() {
	id := r.newKey()
	r.Admin(http.MethodDelete, "/api/governance/virtual-keys/"+id+"?wait=applied", "")
	r.revokedKeysAreRefused()
}

// keyGoesUnheard revokes a key that an edge knows and cannot hear of; it must know
// when it is back.
func (r *trial) keyGoesUnheard() {
	id, edge := r.newKey(), r.random.IntN(len(r.Edges))
	r.links[edge].nats.Cut()
	r.Admin(http.MethodDelete, "/api/governance/virtual-keys/"+id, "")
	r.aWhile()
	r.links[edge].nats.Heal()
	require.Eventually(r.t, func() bool {
		a, err := call{key: r.revoked[len(r.revoked)-1]}.ask(r.Edges[edge])
		return err == nil && a.status == http.StatusForbidden
	}, nodes.Patience, tick, "%s has not heard of it", r.Edges[edge].Name)
}

// newKey makes a key that each edge has seen, and which is about to be revoked.
func (r *trial) newKey() (id string) {
	id, key := r.NewKey("")
	r.secrets, r.revoked = append(r.secrets, key), append(r.revoked, key)
	for _, e := range r.Edges {
		require.Equal(r.t, http.StatusOK, call{key: key, text: "a key of its own"}.must(r.t, e).status)
	}
	return id
}
