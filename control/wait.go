package control

import (
	"context"
	"net/http"
	"time"

	"github.com/asbru-gateway/asbru/pkg/member"
)

// Nodes is the view of the cluster that the API shows and waits by.
type Nodes interface {
	// List returns the live nodes, by name.
	List() []member.State
	// Await returns when holds is true for each live node that serves calls, or
	// ctx's error.
	Await(ctx context.Context, holds func(*member.State) bool) error
}

// Waiting is the query of a write that may wait.
type Waiting struct {
	Wait string `query:"wait" enum:"applied" doc:"applied: answer when every live node has the change."`
}

// waitFor bounds how long a write waits for the nodes.
const waitFor = 10 * time.Second

// forConfig waits until a revision of the configuration is in force on each node
// that it is meant for.
func (w *Waiting) forConfig(ctx context.Context, c *Control, serial uint64) error {
	return w.until(ctx, c, func(s *member.State) bool { return s.Config.Serial >= serial })
}

// forKey waits until each node has heard of a virtual key's revision.
func (w *Waiting) forKey(ctx context.Context, c *Control, revision uint64) error {
	return w.until(ctx, c, func(s *member.State) bool { return s.VirtualKeys >= revision })
}

func (w *Waiting) until(ctx context.Context, c *Control, holds func(*member.State) bool) error {
	if w.Wait == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, waitFor)
	defer cancel()
	if err := c.o.Nodes.Await(ctx, holds); err != nil {
		return refuse(http.StatusGatewayTimeout, "not_applied_everywhere", "The change is stored, but not every node has it yet. See /api/cluster/nodes.")
	}
	return nil
}
