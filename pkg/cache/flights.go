package cache

import "sync"

// Flights are the answers that are being made, so that the same request waits for the one
// that is under way instead of being made a second time. The zero value is ready. Safe for
// concurrent use.
type Flights struct {
	mu    sync.Mutex
	under map[Key]chan struct{}
}

// Begin says that an answer is about to be made. It returns what ends that, or, where it is
// being made already, what to wait for.
func (f *Flights) Begin(k Key) (end func(), wait <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if landed := f.under[k]; landed != nil {
		return nil, landed
	}
	if f.under == nil {
		f.under = map[Key]chan struct{}{}
	}
	landed := make(chan struct{})
	f.under[k] = landed
	return func() {
		f.mu.Lock()
		delete(f.under, k)
		f.mu.Unlock()
		close(landed)
	}, nil
}
