package incident

import (
	"cmp"
	"log/slog"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

const tellMost = 4096 // incidents that wait

// nobody stands for the tenant of calls that have no virtual key.
const nobody = "none"

// Teller publishes a node's incidents. Safe for concurrent use.
type Teller struct {
	*bus.Outbox[plugin.Incident]
	node string
}

// NewTeller makes a teller; it tells nothing before Run.
func NewTeller(c *bus.Conn, log *slog.Logger) *Teller {
	return &Teller{bus.NewOutbox(c, log, tellMost, address), c.Node()}
}

// Tell has an incident told, which belongs to the teller from then on. It does not wait.
func (t *Teller) Tell(i *plugin.Incident) {
	i.Node = t.node
	t.Put(i)
}

func address(i *plugin.Incident) (subject, id string) {
	step := "hit"
	if i.Blocked {
		step = "block"
	}
	return bus.GuardEvent.At(step, cmp.Or(i.Caller.VirtualKeyID, nobody), i.Plugin), i.ID
}
