package worker

import (
	"strings"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/overflow"
)

// transfer is a call that the worker has, and the way back to its edge. It is the
// engine's caller: gateway.Client.
type transfer struct {
	*overflow.Sender
	edge    string
	headers []overflow.Header
}

// Header returns a header of the caller's request.
func (t *transfer) Header(name string) string {
	for i := range t.headers {
		if strings.EqualFold(t.headers[i].Name, name) {
			return t.headers[i].Value
		}
	}
	return ""
}

func (t *transfer) tick() { t.Tick(time.Now()) }

// transfers are those that are under way. Safe for concurrent use.
type transfers struct{ shards [shards]shard }

// shards spread the locks; a power of two.
const shards = 32

type shard struct {
	mu   sync.Mutex
	byID map[overflow.ID]*transfer
}

func (t *transfers) shard(id overflow.ID) *shard { return &t.shards[id&(shards-1)] }

func (t *transfers) enter(id overflow.ID, tr *transfer) {
	s := t.shard(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID == nil {
		s.byID = map[overflow.ID]*transfer{}
	}
	s.byID[id] = tr
}

func (t *transfers) leave(id overflow.ID) {
	s := t.shard(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, id)
}

func (t *transfers) find(id overflow.ID) *transfer {
	s := t.shard(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byID[id]
}

func (t *transfers) each(f func(*transfer)) {
	var all []*transfer
	for i := range t.shards {
		s := &t.shards[i]
		s.mu.Lock()
		for _, tr := range s.byID {
			all = append(all, tr)
		}
		s.mu.Unlock()
	}
	for _, tr := range all {
		f(tr)
	}
}
