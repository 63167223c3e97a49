//go:build integration

package faults_test

import (
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/provider/mock"
)

// TestStandingInvariants takes a cluster through faults that a seed chooses, one after
// another and under load. ASBRU_FAULT_SEED makes other choices, those of a run before or
// any, ASBRU_FAULT_TIME says how long it goes on, ASBRU_FAULT_SERVERS=3 has three NATS
// servers.
func TestStandingInvariants(t *testing.T) {
	seed, lasts := setting(t)
	t.Logf("ASBRU_FAULT_SEED=%d ASBRU_FAULT_TIME=%s", seed, lasts)
	p := startProvider(t, mock.Options{Latency: 20 * time.Millisecond, ChunkGap: 2 * time.Millisecond, Journal: 1 << 17})
	servers := 1
	if os.Getenv("ASBRU_FAULT_SERVERS") == "3" {
		servers = 3
	}
	r := startTrial(t, p, servers, rand.New(rand.NewPCG(seed, 0)))
	calm := r.goroutines()
	wentBack := watch(t, r.Edges)
	r.load = startLoad(t, r.Edges, r.newSpan(step{name: "nothing"}))
	r.whole()
	for until := time.Now().Add(lasts); time.Now().Before(until); {
		r.take(r.draw())
	}
	r.load.end()

	require.Empty(t, wentBack(), "a node's configuration became older")
	r.limitsHold()
	r.nothingFails()
	r.triesAreOneCall()
	r.ledgerAgrees(p)
	r.oneConfiguration()
	r.revokedKeysAreRefused()
	r.keysShare(p)
	r.nothingIsLeft(p, calm)
	r.secretsStay()
}

func setting(t *testing.T) (seed uint64, lasts time.Duration) {
	t.Helper()
	seed, lasts = 1, 20*time.Second
	var err error
	switch s := os.Getenv("ASBRU_FAULT_SEED"); s {
	case "":
	case "any":
		seed = rand.Uint64()
	default:
		seed, err = strconv.ParseUint(s, 10, 64)
		require.NoError(t, err, "ASBRU_FAULT_SEED")
	}
	if s := os.Getenv("ASBRU_FAULT_TIME"); s != "" {
		lasts, err = time.ParseDuration(s)
		require.NoError(t, err, "ASBRU_FAULT_TIME")
	}
	return seed, lasts
}

// limitsHold holds that no more passed the limit of a span than its fault lets pass.
func (r *trial) limitsHold() {
	r.t.Helper()
	passed := map[*span]int{}
	for _, o := range r.load.outcomes {
		if o.limited && o.status == http.StatusOK {
			passed[o.span]++
		}
	}
	for _, s := range r.spans {
		r.t.Logf("%d of %d passed the limit: %s", s.passed+passed[s], limit, s.step.name)
		require.LessOrEqual(r.t, s.passed+passed[s], limit+s.step.over+unheard, s.step.name)
	}
}

// nothingFails holds that faults of which callers should not notice anything are not
// noticed, and that none but a limit refuses a call with 429.
func (r *trial) nothingFails() {
	r.t.Helper()
	failed := 0
	for _, o := range r.load.outcomes {
		switch {
		case o.whole || o.left:
		case o.limited && o.status == http.StatusTooManyRequests:
		case o.id != o.call && o.status == http.StatusConflict: // the first try's answer could not be kept
		case o.span.step.noticed && o.status != http.StatusTooManyRequests:
			failed++
		default:
			require.Fail(r.t, "a call failed", "%s: %+v", o.span.step.name, o)
		}
	}
	r.t.Logf("%d of %d tries failed with the process or the server that they were at", failed, len(r.load.outcomes))
}

// triesAreOneCall holds that a try that comes again after an answer gets that answer.
func (r *trial) triesAreOneCall() {
	r.t.Helper()
	first, again := map[string]outcome{}, 0
	for _, o := range r.load.outcomes {
		before, found := first[o.call]
		if !found {
			first[o.call] = o
			continue
		}
		if o.replayed {
			again++
		}
		if before.whole && o.whole && !before.alone && !o.alone {
			require.True(r.t, o.replayed, "an answer was made twice: %+v %+v", before, o)
			require.Equal(r.t, before.body, o.body)
		}
	}
	r.t.Logf("%d answers were told again", again)
}

// revokedKeysAreRefused holds that no key works that was revoked, whatever happened.
func (r *trial) revokedKeysAreRefused() {
	r.t.Helper()
	for _, key := range r.revoked {
		for _, e := range r.Edges {
			require.Equal(r.t, http.StatusForbidden, call{key: key}.must(r.t, e).status, e.Name)
		}
	}
}

// keysShare holds that keys have their shares when no fault is about.
func (r *trial) keysShare(p provider) {
	r.t.Helper()
	const calls = 1000
	p.Forget()
	quiet := make(chan int, calls)
	for n := range calls {
		quiet <- n
	}
	close(quiet)
	done := make(chan bool)
	for range 3 * callers {
		go func() {
			well := true
			for n := range quiet {
				a, err := call{text: "quiet"}.ask(r.Edges[n%len(r.Edges)])
				well = well && err == nil && a.status == http.StatusOK
			}
			done <- well
		}()
	}
	for range 3 * callers {
		require.True(r.t, <-done, "a call failed though nothing is broken")
	}
	used := map[string]float64{}
	for _, q := range p.Requests() {
		used[q.Get("Authorization")]++
	}
	for key, share := range map[string]float64{"sk-a-0123456789": 0.7, "sk-b-0123456789": 0.2, "sk-c-0123456789": 0.1} {
		require.InDelta(r.t, share*calls, used["Bearer "+key], 4, "calls")
	}
}
