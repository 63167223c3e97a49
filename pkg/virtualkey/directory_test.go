package virtualkey

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// shelf is a source in memory that can be made to fail and to wait.
type shelf struct {
	mu      sync.Mutex
	records map[Digest]*Record
	asked   atomic.Int64
	down    atomic.Bool
	waiting func()
}

var errDown = errors.New("down")

func (s *shelf) Get(_ context.Context, d Digest) (*Record, error) {
	s.asked.Add(1)
	if s.waiting != nil {
		s.waiting()
	}
	if s.down.Load() {
		return nil, errDown
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.records[d]; r != nil {
		return r, nil
	}
	return nil, ErrNotFound
}

// put stores the one key of these tests.
func (s *shelf) put(name string) Digest {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := DigestOf("k")
	s.records = map[Digest]*Record{d: {ID: "k", Name: name}}
	return d
}

func (s *shelf) remove(d Digest) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.records, d)
}

func plausible(value string) bool { return value != "made up" }

func nameOf(r *Record) *string { return &r.Name }

func directory(s *shelf) (*Directory[string], *time.Time) {
	now := time.Unix(1_800_000_000, 0)
	d := NewDirectory(s, plausible, nameOf)
	d.now = func() time.Time { return now }
	return d, &now
}

func TestAKeyIsReadOnceAndAgainWhenItIsOld(t *testing.T) {
	var s shelf
	d, now := directory(&s)
	key := s.put("first")
	for range 10 {
		name, err := d.Find(key, "k")
		require.NoError(t, err)
		require.Equal(t, "first", *name)
	}
	require.EqualValues(t, 1, s.asked.Load())
	s.put("second")
	*now = now.Add(freshFor)
	name, err := d.Find(key, "k")
	require.NoError(t, err)
	require.Equal(t, "second", *name)
}

func TestAChangeCountsAtOnceWithoutALookUp(t *testing.T) {
	var s shelf
	d, now := directory(&s)
	key := s.put("n")
	_, err := d.Find(key, "k")
	require.NoError(t, err)
	s.down.Store(true) // nobody is to be asked
	d.Change(Change{Digest: key, Revision: 7, Record: &Record{ID: "k", Name: "changed"}})
	name, err := d.Find(key, "k")
	require.NoError(t, err)
	require.Equal(t, "changed", *name)
	d.Change(Change{Digest: key, Revision: 8, Deleted: true})
	d.Change(Change{Digest: key, Revision: 6, Record: &Record{ID: "k", Name: "late"}})
	_, err = d.Find(key, "k")
	require.ErrorIs(t, err, ErrNotFound)

	other := DigestOf("made elsewhere")
	d.Change(Change{Digest: other, Revision: 9, Record: &Record{ID: "o", Name: "new"}})
	d.Confirm(*now)
	*now = now.Add(freshFor - 1)
	_, err = d.Find(other, "made elsewhere")
	require.NoError(t, err)
	require.EqualValues(t, 1, s.asked.Load())
}

func TestAChangeThatCannotBeReadHasTheKeyReadAnew(t *testing.T) {
	var s shelf
	d, _ := directory(&s)
	key := s.put("n")
	_, err := d.Find(key, "k")
	require.NoError(t, err)
	d.Change(Change{Digest: key, Revision: 7})
	s.put("anew")
	name, err := d.Find(key, "k")
	require.NoError(t, err)
	require.Equal(t, "anew", *name)
}

// TestWhileChangesAreHeardAKeyIsReadTwiceAndNeverAgain says why twice: what a server
// that lags has answered at first must not be believed for ever.
func TestWhileChangesAreHeardAKeyIsReadTwiceAndNeverAgain(t *testing.T) {
	var s shelf
	d, now := directory(&s)
	key := s.put("first")
	find := func(want string) {
		name, err := d.Find(key, "k")
		require.NoError(t, err)
		require.Equal(t, want, *name)
	}
	for minute := range 100 {
		find("first")
		*now = now.Add(freshFor)
		d.Confirm(now.Add(-time.Second))
		require.EqualValues(t, min(minute+1, 2), s.asked.Load())
	}
	s.put("unheard of")
	*now = now.Add(freshFor) // in which nobody has confirmed
	find("unheard of")
	require.EqualValues(t, 3, s.asked.Load())
}

func TestAKeyThatIsNotThereIsNotAskedForEachTime(t *testing.T) {
	var s shelf
	d, now := directory(&s)
	for range 10 {
		_, err := d.Find(DigestOf("k"), "k")
		require.ErrorIs(t, err, ErrNotFound)
	}
	require.EqualValues(t, 1, s.asked.Load())
	key := s.put("n")
	*now = now.Add(absentFor)
	_, err := d.Find(key, "k")
	require.NoError(t, err)
}

func TestAMadeUpKeyIsNotAskedFor(t *testing.T) {
	var s shelf
	d, _ := directory(&s)
	_, err := d.Find(DigestOf("made up"), "made up")
	require.ErrorIs(t, err, ErrNotFound)
	require.Zero(t, s.asked.Load())
}

func TestAfterMissedNoticesEveryKeyIsReadAnew(t *testing.T) {
	var s shelf
	d, _ := directory(&s)
	key := s.put("n")
	_, err := d.Find(key, "k")
	require.NoError(t, err)
	s.remove(key)
	d.Distrust()
	_, err = d.Find(key, "k")
	require.ErrorIs(t, err, ErrNotFound)
}

func TestAKnownKeyOutlivesItsSourceForAWhile(t *testing.T) {
	var s shelf
	d, now := directory(&s)
	key := s.put("n")
	_, err := d.Find(key, "k")
	require.NoError(t, err)
	s.down.Store(true)
	d.Distrust()
	*now = now.Add(staleFor - time.Second)
	for range 10 {
		_, err = d.Find(key, "k")
		require.NoError(t, err)
	}
	require.EqualValues(t, 2, s.asked.Load(), "who is known does not wait for a source that was just away")
	_, err = d.Find(DigestOf("never seen"), "never seen")
	require.ErrorIs(t, err, errDown)
	*now = now.Add(2 * time.Second)
	_, err = d.Find(key, "k")
	require.ErrorIs(t, err, errDown)
}

func TestASourceThatIsAwayIsNotAskedByEachCall(t *testing.T) {
	var s shelf
	d, now := directory(&s)
	key := s.put("n")
	find := func() {
		t.Helper()
		name, err := d.Find(key, "k")
		require.NoError(t, err)
		require.Equal(t, "n", *name)
	}
	find()
	s.down.Store(true)
	*now = now.Add(freshFor)
	for range 10 {
		find()
	}
	require.EqualValues(t, 2, s.asked.Load())
	*now = now.Add(askAgain)
	find()
	require.EqualValues(t, 3, s.asked.Load())
	d.Distrust() // the source may be back
	find()
	require.EqualValues(t, 4, s.asked.Load())
	s.remove(key)
	d.Change(Change{Digest: key, Revision: 7, Deleted: true})
	_, err := d.Find(key, "k")
	require.ErrorIs(t, err, ErrNotFound)
}

func TestAKeyThatWasConfirmedOutlivesItsSourceFromThenOn(t *testing.T) {
	var s shelf
	d, now := directory(&s)
	key := DigestOf("k")
	d.Change(Change{Digest: key, Revision: 7, Record: &Record{ID: "k", Name: "n"}})
	*now = now.Add(time.Hour)
	d.Confirm(*now)
	s.down.Store(true)
	d.Distrust()
	d.Distrust()
	d.Confirm(now.Add(time.Minute)) // says nothing of what is known from before
	*now = now.Add(staleFor - time.Second)
	_, err := d.Find(key, "k")
	require.NoError(t, err)
	*now = now.Add(2 * time.Second)
	_, err = d.Find(key, "k")
	require.ErrorIs(t, err, errDown)
}

func TestOneLookUpServesAllWhoWaitForIt(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	s := shelf{waiting: func() { entered <- struct{}{}; <-release }}
	d, _ := directory(&s)
	key := s.put("n")
	var wg sync.WaitGroup
	find := func() {
		if name, err := d.Find(key, "k"); err != nil || *name != "n" {
			t.Error(name, err)
		}
	}
	wg.Go(find)
	<-entered
	for range 20 {
		wg.Go(find)
	}
	close(release)
	wg.Wait()
	require.EqualValues(t, 1, s.asked.Load())
}

func TestAnAnswerThatWasOvertakenByAChangeIsNotKept(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	s := shelf{waiting: func() { entered <- struct{}{}; <-release }}
	d, _ := directory(&s)
	key := s.put("n")
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = d.Find(key, "k") // either answer is right: it was asked for before the change
	}()
	<-entered
	d.Change(Change{Digest: key, Revision: 7, Deleted: true})
	release <- struct{}{}
	<-done
	s.waiting = nil
	_, err := d.Find(key, "k")
	require.ErrorIs(t, err, ErrNotFound)
}

func TestMemoryIsBounded(t *testing.T) {
	var s shelf
	d, _ := directory(&s)
	for i := range 3 * shards * perShard {
		_, _ = d.Find(DigestOf(fmt.Sprint(i)), "k")
	}
	total := 0
	for i := range d.shards {
		require.LessOrEqual(t, len(d.shards[i].entries), perShard)
		total += len(d.shards[i].entries)
	}
	require.Greater(t, total, shards*perShard*9/10)
}

func BenchmarkFind(b *testing.B) {
	var s shelf
	d := NewDirectory(&s, plausible, nameOf)
	key := s.put("n")
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := d.Find(key, "k"); err != nil {
				b.Fatal(err)
			}
		}
	})
}
