package control

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/asbru-gateway/asbru/pkg/rollout"
)

// Trials is what is needed to watch a revision that is on trial.
type Trials interface {
	Pointer(ctx context.Context) (*rollout.Pointer, error)
	Abandon(ctx context.Context, revision uint64) error
}

// When the nodes that try a revision do worse than the others, it is given up: in
// so many calls at least, by more than twice the others' error rate and more than
// so much beyond it.
const (
	trialCalls  = 50
	trialFactor = 2
	trialMargin = 0.05
	trialLook   = time.Second
)

// WatchTrials gives up a revision on trial that a node cannot apply, or under
// which the nodes that try it fail more calls than the others do. It returns when
// ctx ends. Any number of controls may watch. givenUp is told of each that is given up.
func WatchTrials(ctx context.Context, t Trials, nodes Nodes, log *slog.Logger, givenUp func(revision uint64, reason string)) {
	w := trialWatch{trials: t, nodes: nodes}
	tick := time.NewTicker(trialLook)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		revision, reason, err := w.look(ctx)
		switch {
		case err != nil:
			log.Debug("a revision on trial could not be watched", "error", err) // the record's state is told elsewhere
		case reason != "":
			log.Error("a revision on trial was given up", "revision", revision, "reason", reason)
			givenUp(revision, reason)
		}
	}
}

// trialWatch remembers what each node had done when the trial was first seen.
type trialWatch struct {
	trials   Trials
	nodes    Nodes
	revision uint64
	before   map[string]member.Load
}

// look judges the trial, and ends it for the reason that it returns.
func (w *trialWatch) look(ctx context.Context) (revision uint64, reason string, err error) {
	p, err := w.trials.Pointer(ctx)
	if err != nil || p.Stage == nil {
		w.revision = 0
		return 0, "", err
	}
	nodes := w.nodes.List()
	if w.revision != p.Stage.Revision {
		w.revision, w.before = p.Stage.Revision, map[string]member.Load{}
		for _, n := range nodes {
			w.before[n.Node] = n.Load
		}
	}
	if reason = w.judge(nodes); reason == "" {
		return w.revision, "", nil
	}
	if err := w.trials.Abandon(ctx, w.revision); err != nil && !errors.Is(err, rollout.ErrNoStage) {
		return w.revision, "", err
	}
	return w.revision, reason, nil
}

// tally are calls and errors of a group of nodes.
type tally struct{ calls, errors int64 }

func (t *tally) rate() float64 {
	if t.calls == 0 {
		return 0
	}
	return float64(t.errors) / float64(t.calls)
}

func (w *trialWatch) judge(nodes []member.State) string {
	var trying, others tally
	for _, n := range nodes {
		if n.Config.Wanted == w.revision && n.Config.Error != "" {
			return fmt.Sprintf("node %s cannot apply it: %s", n.Node, n.Config.Error)
		}
		group := &others
		if n.Config.Revision == w.revision {
			group = &trying
		}
		before := w.before[n.Node]
		if n.Load.Calls < before.Calls { // it began anew meanwhile
			before = member.Load{}
		}
		group.calls += n.Load.Calls - before.Calls
		group.errors += n.Load.Errors - before.Errors
	}
	if trying.calls < trialCalls || trying.rate() <= trialFactor*others.rate() || trying.rate() <= others.rate()+trialMargin {
		return ""
	}
	return fmt.Sprintf("%.1f %% of %d calls fail under it, %.1f %% of %d elsewhere", 100*trying.rate(), trying.calls, 100*others.rate(), others.calls)
}
