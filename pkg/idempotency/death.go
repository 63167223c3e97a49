package idempotency

import (
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

// deaths are the nodes that were told to be gone of late. Safe for concurrent use.
type deaths struct {
	mu   sync.Mutex
	at   map[string]time.Time
	told chan struct{} // closed and replaced with each
}

// remembered is how long a death is of interest: nobody waits longer for a dead node.
const remembered = time.Minute

// listen hears of deaths as long as the connection lasts.
func (d *deaths) listen(link *bus.Link) error {
	_, err := link.NATS.Subscribe(bus.NodeDown.All(), func(m *nats.Msg) {
		if values, ok := bus.NodeDown.Values(m.Subject); ok && len(values) == 1 {
			d.note(values[0], time.Now())
		}
	})
	return err
}

func (d *deaths) note(node string, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for n, at := range d.at {
		if now.Sub(at) > remembered {
			delete(d.at, n)
		}
	}
	d.at[node] = now
	close(d.told)
	d.told = make(chan struct{})
}

// next returns what is closed by the next death.
func (d *deaths) next() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.told
}

// of returns when a node was told to be gone; the zero time if it was not.
func (d *deaths) of(node string) time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.at[node]
}
