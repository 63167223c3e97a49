package control

import (
	"context"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/asbru-gateway/asbru/pkg/rollout"
	"github.com/stretchr/testify/require"
)

// onTrial is a record whose revision 2 is being tried.
type onTrial struct{ abandoned []uint64 }

func (o *onTrial) Pointer(context.Context) (*rollout.Pointer, error) {
	p := &rollout.Pointer{Target: rollout.Target{Revision: 1}}
	if o.abandoned == nil {
		p.Stage = &rollout.Stage{Target: rollout.Target{Revision: 2}}
	}
	return p, nil
}

func (o *onTrial) Abandon(_ context.Context, revision uint64) error {
	o.abandoned = append(o.abandoned, revision)
	return nil
}

type listed []member.State

func (l listed) List() []member.State                                { return l }
func (listed) Await(context.Context, func(*member.State) bool) error { return nil }

// under is a node under a revision that has done so many calls, so many of them failed.
func under(node string, revision uint64, calls, failed int64) member.State {
	return member.State{Node: node, Config: rollout.Status{Revision: revision}, Load: member.Load{Calls: calls, Errors: failed}}
}

func TestATrialUnderWhichCallsFailIsGivenUp(t *testing.T) {
	for name, tc := range map[string]struct {
		after    []member.State
		abandons bool
	}{
		"all is well":           {[]member.State{under("a", 2, 1100, 10), under("b", 1, 1100, 10)}, false},
		"too few calls to tell": {[]member.State{under("a", 2, 1049, 59), under("b", 1, 2000, 10)}, false},
		"it fails":              {[]member.State{under("a", 2, 1100, 30), under("b", 1, 1100, 11)}, true},
		"all fail alike":        {[]member.State{under("a", 2, 1100, 60), under("b", 1, 1100, 60)}, false},
		"a little worse":        {[]member.State{under("a", 2, 1100, 14), under("b", 1, 1100, 11)}, false},
		"its node began anew":   {[]member.State{under("a", 2, 100, 50), under("b", 1, 1100, 10)}, true},
		"a node cannot apply it": {[]member.State{
			{Node: "a", Config: rollout.Status{Revision: 1, Wanted: 2, Error: "no such provider"}},
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			o := &onTrial{}
			w := trialWatch{trials: o, nodes: listed{under("a", 2, 1000, 10), under("b", 1, 1000, 10)}}
			_, reason, err := w.look(t.Context())
			require.NoError(t, err)
			require.Empty(t, reason)
			w.nodes = listed(tc.after)
			_, reason, err = w.look(t.Context())
			require.NoError(t, err)
			require.Equal(t, tc.abandons, reason != "", reason)
			require.Equal(t, tc.abandons, o.abandoned != nil)
		})
	}
}
