package control

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/asbru-gateway/asbru/pkg/store"
)

// sums is a log that answers with what it was asked, and counts.
type sums struct {
	store.Log
	asked atomic.Int64
	takes time.Duration
	fails error
}

func (l *sums) Figures(ctx context.Context, f store.LogFilter, _ store.FigureOptions) ([]store.Figure, error) {
	l.asked.Add(1)
	select {
	case <-time.After(l.takes):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return []store.Figure{{By: slices.Clone(f.Is[store.Team]), Calls: l.asked.Load()}}, l.fails
}

// kept is how many questions are remembered, and how much their answers weigh.
func (s *sharedAnswers) kept() (questions, weight int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.asked), s.weight
}

func as(role account.Role, teams ...string) context.Context {
	return account.With(context.Background(), account.Caller{Name: "x", Role: role, Teams: teams})
}

func TestTheSameFiguresAreAskedOfTheStoreOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, shared := &sums{takes: 100 * time.Millisecond}, &sharedAnswers{}
		log := teamLog{figuresLog{l, shared}}
		ask := func() int64 {
			f, err := log.Figures(as(account.Viewer), store.LogFilter{}, store.FigureOptions{})
			require.NoError(t, err)
			n := f[0].Calls
			f[0].Calls = -1 // it is the caller's own
			return n
		}
		var asking sync.WaitGroup
		for range 20 {
			asking.Go(func() { require.EqualValues(t, 1, ask()) })
		}
		asking.Wait()
		time.Sleep(figuresLife - time.Millisecond)
		require.EqualValues(t, 1, ask())
		time.Sleep(2 * time.Millisecond)
		require.EqualValues(t, 2, ask(), "it is a second old")
		shared.forget()
		require.EqualValues(t, 3, ask(), "the log has been changed")
		time.Sleep(2 * figuresLife)
		questions, weight := shared.kept()
		require.Zero(t, questions)
		require.Zero(t, weight)
	})
}

// Twenty who look at the overview at once: each asks its five questions every ten seconds, at
// moments of its own, and all at once whenever something has changed.
func TestTheStoreIsAskedByOneForTwenty(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const lookers, questions, minutes = 20, 5, 10
		for _, c := range []struct {
			every time.Duration
			most  float64 // questions a second
		}{{10 * time.Second, 5}, {1600 * time.Millisecond, 5}} {
			l := &sums{takes: 20 * time.Millisecond}
			log := figuresLog{l, &sharedAnswers{}}
			var asked atomic.Int64
			var looking sync.WaitGroup
			end := time.Now().Add(minutes * time.Minute)
			for range lookers {
				looking.Go(func() {
					time.Sleep(rand.N(c.every))
					for time.Now().Before(end) {
						var each sync.WaitGroup
						for q := range questions {
							each.Go(func() {
								asked.Add(1)
								_, err := log.Figures(t.Context(), store.LogFilter{MinTokens: int64(q)}, store.FigureOptions{})
								require.NoError(t, err)
							})
						}
						each.Wait()
						time.Sleep(c.every - 20*time.Millisecond)
					}
				})
			}
			looking.Wait()
			before, after := float64(asked.Load())/(minutes*60), float64(l.asked.Load())/(minutes*60)
			t.Logf("every %s: %.1f questions a second, %.1f of them of the store", c.every, before, after)
			require.LessOrEqual(t, after, c.most)
			require.Less(t, after, before)
			time.Sleep(2 * figuresLife)
		}
	})
}

func TestAnAnswerIsNeverToldToWhoMayNotSeeIt(t *testing.T) {
	teams := []string{"a", "b", "c"}
	rapid.Check(t, func(t *rapid.T) {
		log := teamLog{figuresLog{&sums{}, &sharedAnswers{}}}
		for range rapid.IntRange(2, 20).Draw(t, "askers") {
			own := rapid.SliceOfDistinct(rapid.SampledFrom(teams), rapid.ID[string]).Draw(t, "teams")
			wanted := rapid.SliceOfDistinct(rapid.SampledFrom(teams), rapid.ID[string]).Draw(t, "asked for")
			caller := account.Caller{Name: "x", Role: account.Viewer, Teams: own}
			got, err := log.Figures(account.With(context.Background(), caller), store.LogFilter{}.With(store.Team, wanted...), store.FigureOptions{})
			if err != nil {
				require.Nil(t, got)
				continue
			}
			if caller.Confined() {
				require.NotEmpty(t, got[0].By)
				for _, team := range got[0].By {
					require.Contains(t, own, team)
				}
			}
			if len(wanted) > 0 {
				require.ElementsMatch(t, wanted, got[0].By)
			} else if !caller.Confined() {
				require.Empty(t, got[0].By)
			}
		}
	})
}

func TestEachPartOfAQuestionTellsItFromOthers(t *testing.T) {
	plain := figuresQuestion("figures", store.LogFilter{}, store.FigureOptions{})
	for _, of := range []reflect.Type{reflect.TypeFor[store.LogFilter](), reflect.TypeFor[store.FigureOptions]()} {
		for i := range of.NumField() {
			require.True(t, of.Field(i).IsExported(), "%s would not be a part of the question", of.Field(i).Name)
			require.Empty(t, of.Field(i).Tag)
		}
	}
	yes, no := true, false
	seen := map[string]bool{plain: true}
	for _, f := range []store.LogFilter{
		{Stream: &yes},
		{Stream: &no},
		{Text: "a"},
		{Metadata: map[string]string{"a": "b"}},
		{Since: time.Unix(1, 0)},
		{Since: time.Unix(1, 1)},
		store.LogFilter{}.With(store.Team, "a"),
		store.LogFilter{}.With(store.Team, "a", "b"),
		store.LogFilter{}.Without(store.Team, "a"),
		store.LogFilter{}.With(store.Model, "a"),
	} {
		q := figuresQuestion("figures", f, store.FigureOptions{})
		require.False(t, seen[q], q)
		seen[q] = true
	}
	require.Equal(t, plain, figuresQuestion("figures", store.LogFilter{}, store.FigureOptions{}))
	require.Empty(t, figuresQuestion("figures", store.LogFilter{Text: "\xff"}, store.FigureOptions{}), "bytes that are no text look alike")
}

func TestASearchGoesOnForTheOthersAndEndsWithTheLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, shared := &sums{takes: time.Second}, &sharedAnswers{}
		log := figuresLog{l, shared}
		first, leave := context.WithCancel(t.Context())
		var asking sync.WaitGroup
		ask := func(ctx context.Context, want error) {
			asking.Go(func() {
				_, err := log.Figures(ctx, store.LogFilter{}, store.FigureOptions{})
				require.ErrorIs(t, err, want)
			})
		}
		ask(first, context.Canceled)
		synctest.Wait()
		ask(t.Context(), nil)
		synctest.Wait()
		leave()
		asking.Wait()
		require.EqualValues(t, 1, l.asked.Load())
		time.Sleep(2 * figuresLife)

		alone, leave := context.WithCancel(t.Context())
		began := time.Now()
		ask(alone, context.Canceled)
		synctest.Wait()
		leave()
		asking.Wait()
		synctest.Wait()
		require.Zero(t, time.Since(began), "the store is not asked on for nobody")
		questions, _ := shared.kept()
		require.Zero(t, questions)
	})
}

func TestWhatFailsOrIsLargeIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("away")
		l, shared := &sums{fails: broken}, &sharedAnswers{}
		log := figuresLog{l, shared}
		for range 2 {
			_, err := log.Figures(t.Context(), store.LogFilter{}, store.FigureOptions{})
			require.ErrorIs(t, err, broken)
		}
		require.EqualValues(t, 2, l.asked.Load())
		for i := range 3 {
			_, err := share(t.Context(), shared, "large", func(context.Context) (int, int, error) { return i, figuresMost, nil })
			require.NoError(t, err)
		}
		for i := range 2 * figuresMost {
			_, err := share(t.Context(), shared, figuresQuestion(i), func(context.Context) (int, int, error) { return i, 0, nil })
			require.NoError(t, err)
		}
		questions, weight := shared.kept()
		require.LessOrEqual(t, questions, figuresMost)
		require.LessOrEqual(t, weight, figuresMost)
		time.Sleep(2 * figuresLife)
		questions, _ = shared.kept()
		require.Zero(t, questions)
	})
}
