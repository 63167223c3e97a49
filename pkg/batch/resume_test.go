package batch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/files"
	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is a store of one batch and its files that outlives its runners.
type memory struct {
	mu       sync.Mutex
	batch    []byte
	revision uint64
	files    map[string]*files.File
	parts    map[string][]byte
}

// view is the store as one runner sees it. Its n-th operation from now on is its last:
// what it does may still happen, and the runner learns of nothing any more. Instead of
// dying it may also only seem to: meanwhile happens then, and it goes on.
type view struct {
	*memory
	left      int
	happens   bool
	meanwhile func()
}

var errDead = errors.New("dead")

func (v *view) step(do func() error) error {
	v.left--
	switch {
	case v.left == 0 && v.meanwhile != nil:
		v.meanwhile()
	case v.left == 0 && v.happens:
		v.mu.Lock()
		defer v.mu.Unlock()
		_ = do()
		return errDead
	case v.left <= 0 && v.meanwhile == nil:
		return errDead
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return do()
}

func (v *view) load(context.Context, string, string) (b *Batch, err error) {
	err = v.step(func() error {
		b = &Batch{ID: batchID, owner: "me", revision: v.revision}
		return json.Unmarshal(v.batch, b)
	})
	return b, err
}

func (v *view) save(_ context.Context, b *Batch) (won bool, err error) {
	text, err := json.Marshal(b)
	if err != nil {
		return false, err
	}
	err = v.step(func() error {
		if won = b.revision == v.revision; won {
			v.batch, v.revision = text, v.revision+1
			b.revision = v.revision
		}
		return nil
	})
	return won, err
}

func (v *view) Get(_ context.Context, _, id string) (f *files.File, err error) {
	err = v.step(func() error {
		if f = v.files[id]; f == nil {
			return files.ErrNotFound
		}
		return nil
	})
	return f, err
}

func (v *view) Open(_ context.Context, f *files.File) io.Reader {
	return bytes.NewReader(v.memory.read(f))
}

func (m *memory) read(f *files.File) (text []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, st := range f.Stretches {
		for n := range st.Parts {
			text = append(text, m.parts[fmt.Sprint(f.ID, st.Writer, ".", n)]...)
		}
	}
	return text
}

func (v *view) PutPart(_ context.Context, id string, writer uint64, n int, data []byte) error {
	data = bytes.Clone(data)
	return v.step(func() error {
		v.parts[fmt.Sprint(id, writer, ".", n)] = data
		return nil
	})
}

func (v *view) Keep(_ context.Context, _ string, f *files.File) error {
	return v.step(func() error {
		v.files[f.ID] = f
		return nil
	})
}

const batchID = Prefix + "00000000000000000000000000000001"

// remember returns a store with a batch that has not been begun.
func remember(t require.TestingT, input string, life time.Duration) *memory {
	m := &memory{files: map[string]*files.File{}, parts: map[string][]byte{}, revision: 1}
	now := time.Now()
	b := &Batch{
		Status: Validating, Endpoint: endpoints[0], Input: "in", Created: now, Expires: now.Add(life),
		Output: out{ID: "out"}, Faults: out{ID: "err"},
	}
	var err error
	m.batch, err = json.Marshal(b)
	require.NoError(t, err)
	m.files["in"] = &files.File{ID: "in", Stretches: []files.Stretch{{Parts: 1, Bytes: int64(len(input))}}}
	m.parts["in0.0"] = []byte(input)
	return m
}

// runner is one that sees the store so.
func (v *view) runner(call func(context.Context, *job.Request) *job.Answer) *Runner {
	r := newRunner(v, v, RunnerOptions{Call: call, Log: slog.New(slog.DiscardHandler), Backoff: func(int) time.Duration { return 0 }})
	r.noteBytes = 300
	return r
}

func (r *Runner) once(ctx context.Context, t require.TestingT) *job.Answer {
	body, err := json.Marshal(ticket{"me", batchID})
	require.NoError(t, err)
	return r.Run(ctx, &job.Request{Path: Path + batchID, Body: body})
}

// inputOf is an input file of n lines, blank ones between them. The model of each is its id.
func inputOf(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"custom_id":"c%d","method":"POST","url":"/v1/chat/completions","body":{"model":"c%d"}}`+"\n", i, i)
		if i%7 == 0 {
			b.WriteString("\n")
		}
	}
	return b.String()
}

// answers answers each line with its model, every third one with an error.
func answers(_ context.Context, r *job.Request) *job.Answer {
	var body struct{ Model string }
	if json.Unmarshal(r.Body, &body) != nil {
		return &job.Answer{Status: 400}
	}
	a := &job.Answer{Status: 200, Body: []byte("{\n\"id\": \"" + body.Model + "\"}")}
	if isBad(body.Model) {
		a.Status = 400
	}
	return a
}

func isBad(id string) bool { return len(id)%2 == 1 && id[len(id)-1]%3 == 0 }

// results reads a file of results, by their custom ids.
func (m *memory) results(t require.TestingT, id string) map[string]string {
	got := map[string]string{}
	f := m.files[id]
	if f == nil {
		return got
	}
	text := m.read(f)
	require.Len(t, text, int(f.Bytes))
	for l := range bytes.Lines(text) {
		var r struct {
			CustomID string `json:"custom_id"`
			Response *struct {
				Body struct{ ID string }
			}
			Error *struct{ Code string }
		}
		require.NoError(t, json.Unmarshal(l, &r), string(l))
		require.NotContains(t, got, r.CustomID, "twice")
		if r.Error != nil {
			got[r.CustomID] = r.Error.Code
		} else {
			require.Equal(t, r.CustomID, r.Response.Body.ID)
			got[r.CustomID] = "answered"
		}
	}
	return got
}

func (m *memory) now(t require.TestingT) *Batch {
	b := &Batch{ID: batchID}
	require.NoError(t, json.Unmarshal(m.batch, b))
	return b
}

func TestEachLineIsOnceInTheFilesWheneverRunnersDie(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 120).Draw(t, "lines")
		m := remember(t, inputOf(n), time.Hour)
		for range rapid.IntRange(0, 6).Draw(t, "deaths") {
			dies := &view{memory: m, left: rapid.IntRange(1, 40).Draw(t, "at"), happens: rapid.Bool().Draw(t, "happens")}
			switch rapid.IntRange(0, 3).Draw(t, "how") {
			case 0: // another one takes over while it is away, and it comes back
				other := &view{memory: m, left: rapid.IntRange(1, 80).Draw(t, "other's at")}
				dies.meanwhile = func() { other.runner(answers).once(context.Background(), t) }
				dies.runner(answers).once(context.Background(), t)
			case 1: // it is drained
				dies.left = -1
				dies.meanwhile = func() {}
				var r *Runner
				after := rapid.IntRange(0, n).Draw(t, "drained")
				var mu sync.Mutex
				r = dies.runner(func(ctx context.Context, q *job.Request) *job.Answer {
					mu.Lock()
					defer mu.Unlock()
					if after--; after < 0 {
						r.Leave()
					}
					return answers(ctx, q)
				})
				r.once(context.Background(), t)
			case 2: // its calls are cut
				ctx, cut := context.WithCancel(context.Background())
				dies.left = -1
				dies.meanwhile = func() {}
				after := rapid.IntRange(0, n).Draw(t, "cut")
				var mu sync.Mutex
				dies.runner(func(_ context.Context, q *job.Request) *job.Answer {
					mu.Lock()
					defer mu.Unlock()
					if after--; after < 0 {
						cut()
						return nil
					}
					return answers(ctx, q)
				}).once(ctx, t)
				cut()
			default:
				dies.runner(answers).once(context.Background(), t)
			}
		}
		last := &view{memory: m, left: -1, meanwhile: func() {}}
		a := last.runner(answers).once(context.Background(), t)
		require.NotNil(t, a)
		require.Equal(t, 200, a.Status)

		b := m.now(t)
		require.Equal(t, Completed, b.Status)
		good, bad := m.results(t, "out"), m.results(t, "err")
		require.Equal(t, Counts{n, len(good), len(bad)}, b.Counts)
		require.Equal(t, n, len(good)+len(bad))
		for i := range n {
			id := fmt.Sprintf("c%d", i)
			if isBad(id) {
				require.Contains(t, bad, id)
			} else {
				require.Contains(t, good, id)
			}
		}
	})
}

func TestASetOfLinesIsWhatWasAdded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}).Draw(t, "order")
		var l lines
		in := map[int]bool{}
		for i, n := range order {
			require.False(t, l.has(n))
			l.add(n)
			in[n] = true
			for n := range 10 {
				require.Equal(t, in[n], l.has(n))
			}
			require.Equal(t, i+1, l.count())
		}
		require.Equal(t, lines{Below: 10, Beyond: []int{}}, l)
	})
}
