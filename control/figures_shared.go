package control

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/store"
)

const (
	// figuresLife is how long figures that were added up are told again: several who look at the
	// same page ask the same, and none of them notices a second.
	figuresLife = time.Second
	// figuresMost bounds the figures that are kept for it, of all questions together.
	figuresMost = 20_000
	// questionWeight is how much of a question weighs as much as a figure.
	questionWeight = 512
)

// figuresLog is the log as those ask it who want figures alone: the same question is asked of the
// store once at a time and once in figuresLife. It knows nothing of callers. What they may see is
// a part of the question: teamLog, which narrows it down, stands before it.
type figuresLog struct {
	store.Log
	shared *sharedAnswers
}

// Figures implements store.Log.
func (l figuresLog) Figures(ctx context.Context, f store.LogFilter, o store.FigureOptions) ([]store.Figure, error) {
	found, err := share(ctx, l.shared, figuresQuestion("figures", f, o), func(ctx context.Context) ([]store.Figure, int, error) {
		figures, err := l.Log.Figures(ctx, f, o)
		return figures, len(figures), err
	})
	return slices.Clone(found), err // who asks may change them
}

// Values implements store.Log.
func (l figuresLog) Values(ctx context.Context, d store.Dimension, since time.Time) ([]string, error) {
	found, err := share(ctx, l.shared, figuresQuestion("values", d, since), func(ctx context.Context) ([]string, int, error) {
		values, err := l.Log.Values(ctx, d, since)
		return values, len(values), err
	})
	return slices.Clone(found), err
}

// Marks implements store.Log.
func (l figuresLog) Marks(ctx context.Context, f store.LogFilter, having string) (map[string]int64, error) {
	found, err := share(ctx, l.shared, figuresQuestion("marks", f, having), func(ctx context.Context) (map[string]int64, int, error) {
		marks, err := l.Log.Marks(ctx, f, having)
		return marks, len(marks), err
	})
	return maps.Clone(found), err
}

// figuresQuestion is a question as text: two are the same only if all that they consist of is. "" is
// one that is not shared, since it has bytes that are no text, which look alike there.
func figuresQuestion(parts ...any) string {
	text := string(mustJSON(parts))
	if strings.Contains(text, `\ufffd`) {
		return ""
	}
	return text
}

// sharedAnswers are those that are being found, and those found a moment ago. The zero value has
// none. Safe for concurrent use.
type sharedAnswers struct {
	mu     sync.Mutex
	asked  map[string]*sharedAnswer
	weight int // of those that are kept
}

type sharedAnswer struct {
	done    chan struct{} // closed when it is there
	waiting int           // who waits for it
	cancel  context.CancelFunc

	value any
	err   error
}

// share answers a question by find, or by what find has said or says to who has asked the same.
// find goes on while anybody waits, and tells how much its answer weighs.
func share[T any](ctx context.Context, s *sharedAnswers, question string, find func(context.Context) (T, int, error)) (T, error) {
	if question == "" {
		found, _, err := find(ctx)
		return found, err
	}
	a := s.enter(ctx, question, func(ctx context.Context) (any, int, error) { return find(ctx) })
	defer s.leave(question, a)
	select {
	case <-a.done:
		value, _ := a.value.(T)
		return value, a.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

func (s *sharedAnswers) enter(ctx context.Context, question string, find func(context.Context) (any, int, error)) *sharedAnswer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.asked[question]; a != nil {
		a.waiting++
		return a
	}
	if s.asked == nil {
		s.asked = map[string]*sharedAnswer{}
	}
	a := &sharedAnswer{done: make(chan struct{}), waiting: 1}
	ctx, a.cancel = context.WithTimeout(context.WithoutCancel(ctx), logQueryFor)
	s.asked[question] = a
	go s.find(ctx, question, a, find)
	return a
}

// find finds an answer and keeps it for a moment, if it is one and there is room.
func (s *sharedAnswers) find(ctx context.Context, question string, a *sharedAnswer, find func(context.Context) (any, int, error)) {
	defer a.cancel()
	value, weight, err := find(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	a.value, a.err = value, err
	close(a.done)
	weight += 1 + len(question)/questionWeight
	if s.asked[question] != a {
		return
	}
	if err != nil || s.weight+weight > figuresMost {
		delete(s.asked, question)
		return
	}
	s.weight += weight
	time.AfterFunc(figuresLife, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.weight -= weight
		if s.asked[question] == a {
			delete(s.asked, question)
		}
	})
}

// leave ends the search of an answer for which nobody waits any more.
func (s *sharedAnswers) leave(question string, a *sharedAnswer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.waiting--; a.waiting > 0 {
		return
	}
	select {
	case <-a.done:
	default:
		a.cancel()
		if s.asked[question] == a {
			delete(s.asked, question)
		}
	}
}

// forget forgets what was found, and has who asks from now on not wait for what is being found:
// the log has been changed.
func (s *sharedAnswers) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.asked)
}

// figures is calls for who wants figures alone.
func (c *Control) figures(ctx context.Context) (store.Log, context.Context, context.CancelFunc, error) {
	s, err := c.store()
	if err != nil {
		return nil, nil, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, logQueryFor)
	return teamLog{figuresLog{s.Log(), &c.sharedFigures}}, ctx, cancel, nil
}

// changingLog has figures be added up anew when calls were changed.
type changingLog struct {
	store.Log
	shared *sharedAnswers
}

// Reprice implements store.Log.
func (l changingLog) Reprice(ctx context.Context, costNano map[string]int64) (int, error) {
	defer l.shared.forget()
	return l.Log.Reprice(ctx, costNano)
}

// Hide implements store.Log.
func (l changingLog) Hide(ctx context.Context, ids []string) (int, error) {
	defer l.shared.forget()
	return l.Log.Hide(ctx, ids)
}
