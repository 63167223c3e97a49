package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/asbru-gateway/asbru/integration/load"
)

// slowStream is a stream that stays open for longer than it is looked at.
const slowStream = "openai/mock-chunks-600-bytes-6000-gap-500ms"

// streamsResult is the memory of one target with many streams open.
type streamsResult struct {
	name         string
	before, open int64 // resident bytes
}

// measureStreams opens n slow streams through each target, one target after the
// other, and reads its memory before and while they are open.
func measureStreams(ctx context.Context, l *lane, n int) ([]streamsResult, error) {
	var rs []streamsResult
	for _, t := range l.targets() {
		r, err := streamsOf(ctx, &t, n)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.name, err)
		}
		rs = append(rs, r)
	}
	return rs, nil
}

func streamsOf(ctx context.Context, t *target, n int) (r streamsResult, err error) {
	r.name = t.name
	// One stream first, so that what is made once is not counted.
	first, err := openStreams(t.process.Addr, 1)
	if err != nil {
		return r, err
	}
	defer first.close()
	if r.before, err = t.process.RSS(); err != nil {
		return r, err
	}
	many, err := openStreams(t.process.Addr, n)
	if err != nil {
		return r, err
	}
	defer many.close()
	if err := rest(ctx, settle); err != nil {
		return r, err
	}
	if err := many.check(); err != nil {
		return r, err
	}
	r.open, err = t.process.RSS()
	return r, err
}

// streams are open streams and the goroutines that read them.
type streams struct {
	clients []*load.Client
	readers sync.WaitGroup
	mu      sync.Mutex
	broken  error // the first stream that ended
}

// openStreams returns when each of n streams has brought its first event.
func openStreams(addr string, n int) (*streams, error) {
	clients, err := load.DialAll(addr, n)
	if err != nil {
		return nil, err
	}
	s := &streams{clients: clients}
	request := chat(slowStream, smallPrompt, true)
	for _, c := range clients {
		if err := c.Send(request); err != nil {
			s.close()
			return nil, err
		}
	}
	for _, c := range clients {
		if err := c.FirstEvent(); err != nil {
			s.close()
			return nil, err
		}
		s.readers.Go(func() {
			err := c.Rest()
			s.ended(err)
		})
	}
	return s, nil
}

func (s *streams) ended(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken == nil {
		s.broken = fmt.Errorf("a stream has ended: %w", errors.Join(io.ErrUnexpectedEOF, err))
	}
}

// check reports whether all streams are still open.
func (s *streams) check() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.broken
}

func (s *streams) close() {
	load.CloseAll(s.clients)
	s.readers.Wait()
}

func printStreams(w io.Writer, n int, rs []streamsResult) {
	fmt.Fprintf(w, "resident memory with %d open streams\n", n)
	fmt.Fprintf(w, "%-8s %12s %12s %16s\n", "", "before, MB", "open, MB", "per stream, KB")
	for _, r := range rs {
		fmt.Fprintf(w, "%-8s %12.1f %12.1f %16.1f\n", r.name,
			float64(r.before)/(1<<20), float64(r.open)/(1<<20), float64(r.open-r.before)/1024/float64(n))
	}
}
