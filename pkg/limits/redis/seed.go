package redis

import (
	"context"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

// seedings are what the ledger said, by the number of the want.
type seedings map[int]int64

// seedPatience is how long the ledger may take.
const seedPatience = 2 * time.Second

// seeds asks the ledger once for all calls that wait for the same limit.
type seeds struct {
	mu     sync.Mutex
	asking map[string]*seeding
	done   sync.WaitGroup
}

type seeding struct {
	done chan struct{}
	used int64
	ok   bool
}

// seedOf is what the script is to do when a limit's count is not there.
func (r *Limiter) seedOf(i int, seeded seedings) any {
	if used, found := seeded[i]; found {
		return used
	}
	if r.options.Seed == nil {
		return ""
	}
	return "?"
}

// seed asks the ledger about those of the wants that are not seeded, and says
// whether it could tell.
func (r *Limiter) seed(ctx context.Context, wants []limits.Want, unseeded []int, seeded seedings) bool {
	for _, i := range unseeded {
		used, ok := r.seeds.ask(ctx, wants[i].Limit, r.options.Seed)
		if !ok {
			return false
		}
		seeded[i] = min(max(used, 0), limits.MostMax)
	}
	return true
}

func (s *seeds) ask(ctx context.Context, l *limits.Limit, seed func(context.Context, *limits.Limit) (int64, bool)) (int64, bool) {
	s.mu.Lock()
	if s.asking == nil {
		s.asking = map[string]*seeding{}
	}
	a := s.asking[l.ID]
	if a == nil {
		a = &seeding{done: make(chan struct{})}
		s.asking[l.ID] = a
		s.done.Go(func() {
			defer close(a.done)
			bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), seedPatience)
			defer cancel()
			a.used, a.ok = seed(bounded, l)
			s.mu.Lock()
			delete(s.asking, l.ID)
			s.mu.Unlock()
		})
	}
	s.mu.Unlock()
	select {
	case <-a.done:
		return a.used, a.ok
	case <-ctx.Done():
		return 0, false
	}
}
