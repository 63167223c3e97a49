package batch

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/stretchr/testify/require"
)

// alive is a view of a store that nothing happens to.
func (m *memory) alive() *view { return &view{memory: m, left: -1, meanwhile: func() {}} }

func TestABatchThatIsCancelledEndsWithWhatItHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := remember(t, inputOf(40), time.Hour)
		var calls atomic.Int64
		a := m.alive().runner(func(ctx context.Context, q *job.Request) *job.Answer {
			switch n := calls.Add(1); {
			case n < 10:
				return answers(ctx, q)
			case n == 10:
				v := m.alive()
				for won := false; !won; {
					b, err := v.load(ctx, "me", batchID)
					require.NoError(t, err)
					b.Status, b.Cancelling = Cancelling, time.Now()
					won, err = v.save(ctx, b)
					require.NoError(t, err)
				}
			}
			<-ctx.Done()
			return nil
		}).once(t.Context(), t)
		require.Equal(t, 200, a.Status)
		b := m.now(t)
		require.Equal(t, Cancelled, b.Status)
		require.Equal(t, Counts{40, b.Counts.Completed, 40 - b.Counts.Completed}, b.Counts)
		all := m.results(t, "err")
		require.Equal(t, "batch_cancelled", all["c39"])
		require.Len(t, all, b.Counts.Failed)
		require.Len(t, m.results(t, "out"), b.Counts.Completed)
		require.Contains(t, string(a.Body), `"status":"cancelled"`)
		require.LessOrEqual(t, calls.Load(), int64(9+width), "no call is made of a batch that is cancelled")
	})
}

func TestABatchThatTakesTooLongExpiresWithWhatItHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := remember(t, inputOf(20), time.Hour)
		a := m.alive().runner(func(ctx context.Context, q *job.Request) *job.Answer {
			if strings.Contains(string(q.Body), `"c1"`) {
				return answers(ctx, q)
			}
			<-ctx.Done()
			return nil
		})
		a.slice = 3 * time.Hour
		require.Contains(t, string(a.once(t.Context(), t).Body), `"status":"expired"`)
		b := m.now(t)
		require.Equal(t, Expired, b.Status)
		require.Equal(t, Counts{20, 1, 19}, b.Counts)
		require.Equal(t, "batch_expired", m.results(t, "err")["c19"])
	})
}

func TestALineThatIsRefusedWaitsAndIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := remember(t, inputOf(3), 24*time.Hour)
		var mu sync.Mutex
		tries := map[string]int{}
		begun := time.Now()
		r := m.alive().runner(func(ctx context.Context, q *job.Request) *job.Answer {
			mu.Lock()
			defer mu.Unlock()
			id := q.Headers["X-Request-Id"]
			tries[id]++
			switch {
			case strings.HasSuffix(id, "_1") && tries[id] < 20:
				return &job.Answer{Status: 429, RetryAfter: 10 * time.Second}
			case strings.HasSuffix(id, "_2"):
				return &job.Answer{Status: 503, Body: []byte("away")}
			}
			return answers(ctx, q)
		})
		require.Equal(t, 200, r.once(t.Context(), t).Status)
		require.Equal(t, Counts{3, 2, 1}, m.now(t).Counts)
		require.Equal(t, 190*time.Second, time.Since(begun))
		for n, want := range []int{20, maxTries, 1} {
			require.Equal(t, want, tries[fmt.Sprintf("batch_req_%s_%d", strings.TrimPrefix(batchID, Prefix), n+1)])
		}
	})
}

func TestABatchGoesBackIntoTheQueueAfterAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := remember(t, inputOf(100), 24*time.Hour)
		r := m.alive().runner(func(ctx context.Context, q *job.Request) *job.Answer {
			time.Sleep(time.Minute)
			return answers(ctx, q)
		})
		r.slice = 10*time.Minute + 30*time.Second
		require.True(t, r.once(t.Context(), t).Unfinished)
		require.Equal(t, 11*width, m.now(t).Done.count(), "with the lines that were begun")
		require.Equal(t, 200, r.once(t.Context(), t).Status)
		require.Equal(t, 100, m.now(t).Counts.Completed+m.now(t).Counts.Failed)
	})
}

func TestWhatIsWrongWithAnInputIsSaidByLine(t *testing.T) {
	line := func(id, method, url, body string) string {
		return fmt.Sprintf(`{"custom_id":%q,"method":%q,"url":%q,"body":%s}`, id, method, url, body)
	}
	good := line("a", "POST", endpoints[0], "{}")
	for _, c := range []struct{ input, want string }{
		{"", "empty_file"},
		{"\n \n", "empty_file"},
		{"\xef\xbb\xbf" + good, ""},
		{good + "\r\n\r\n" + line("b", "POST", endpoints[0], "{}"), ""},
		{"{", "invalid_json_line"},
		{"[]", "invalid_json_line"},
		{`{"method":"POST"}`, "missing_required_parameter"},
		{good + "\n" + good, "duplicate_custom_id"},
		{line(strings.Repeat("x", maxCustomID+1), "POST", endpoints[0], "{}"), "invalid_custom_id"},
		{line("a", "GET", endpoints[0], "{}"), "invalid_method"},
		{line("a", "POST", "/v1/embeddings", "{}"), "mismatched_endpoint"},
		{line("a", "POST", endpoints[0], "[]"), "invalid_body"},
		{line("a", "POST", endpoints[0], `{"stream":true}`), "stream_in_batch"},
		{strings.Repeat(" ", maxLine+1), "line_too_long"},
	} {
		n, faults, err := newInput(strings.NewReader(c.input)).check(endpoints[0])
		require.NoError(t, err)
		if c.want == "" {
			require.Empty(t, faults)
			require.Positive(t, n)
			continue
		}
		require.NotEmpty(t, faults, c.want)
		require.Equal(t, c.want, faults[len(faults)-1].Kind)
	}
	_, faults, err := newInput(strings.NewReader(inputOf(maxLines + 1))).check(endpoints[0])
	require.NoError(t, err)
	require.Equal(t, "too_many_lines", faults[0].Kind)
	_, faults, err = newInput(strings.NewReader(strings.Repeat("x\n", 2*maxFaults))).check(endpoints[0])
	require.NoError(t, err)
	require.Len(t, faults, maxFaults)
}

func TestABatchWhoseInputIsGoneFails(t *testing.T) {
	m := remember(t, inputOf(3), time.Hour)
	delete(m.files, "in")
	a := m.alive().runner(answers).once(t.Context(), t)
	var b struct {
		Status Status
		Errors faults
	}
	require.NoError(t, json.Unmarshal(a.Body, &b))
	require.Equal(t, Failed, b.Status)
	require.Equal(t, "input_file_gone", b.Errors.Data[0].Kind)
}

func FuzzInput(f *testing.F) {
	f.Add([]byte(inputOf(3)))
	f.Add([]byte("{}\n\n[]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		n, faults, err := newInput(strings.NewReader(string(b))).check(endpoints[0])
		require.NoError(t, err)
		require.True(t, n > 0 || len(faults) > 0)
	})
}
