//go:build integration

package cluster_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// Prices of the model that the meter answers for, in nano-dollars a token.
const (
	inputNano  = 250
	outputNano = 2000
)

// meter is a provider that counts what it answers at random, and keeps a log of it by
// the name of the call: the first word of its prompt. The second word is what happens.
type meter struct {
	*httptest.Server
	mu     sync.Mutex
	tried  map[string]int  // requests
	used   map[string]used // of those that were answered to their end
	open   int
	atOnce int // requests at the same time, at most
}

type used struct{ input, output int64 }

func (u used) nano() int64 { return u.input*inputNano + u.output*outputNano }

func startMeter(t *testing.T) *meter {
	t.Helper()
	m := &meter{tried: map[string]int{}, used: map[string]used{}}
	m.Server = httptest.NewServer(http.HandlerFunc(m.serve))
	t.Cleanup(m.Close)
	return m
}

func (m *meter) serve(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Stream    bool
		MaxTokens int64 `json:"max_tokens"`
		Messages  []struct{ Content string }
	}
	if json.NewDecoder(r.Body).Decode(&asked) != nil || len(asked.Messages) == 0 {
		http.Error(w, "?", http.StatusBadRequest)
		return
	}
	name, does, _ := strings.Cut(asked.Messages[0].Content, " ")
	m.mu.Lock()
	m.tried[name]++
	tries := m.tried[name]
	m.open++
	m.atOnce = max(m.atOnce, m.open)
	m.mu.Unlock()
	defer func() {
		m.mu.Lock()
		m.open--
		m.mu.Unlock()
	}()
	u := used{input: 1 + rand.Int64N(200), output: rand.Int64N(3*asked.MaxTokens + 1)}
	switch does {
	case "fails", "fails once":
		if does == "fails" || tries == 1 {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusInternalServerError)
			fmt.Fprint(w, `{"error":{"message":"out of order","type":"server_error"}}`)
			return
		}
	case "waits": // until the caller has gone
		<-r.Context().Done()
		return
	default:
		pause(r.Context(), time.Duration(rand.IntN(40))*time.Millisecond)
	}
	if asked.Stream {
		u = m.stream(w, r, u, does == "is long")
	} else {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-5-mini","choices":[{"index":0,"message":{"role":"assistant","content":"Hello."},"finish_reason":"stop"}],"usage":{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d}}`,
			u.input, u.output, u.input+u.output)
	}
	if u != (used{}) {
		m.mu.Lock()
		m.used[name] = u
		m.mu.Unlock()
	}
}

// stream answers in pieces; one that is long has no end. It returns what was counted,
// nothing if that was not told.
func (m *meter) stream(w http.ResponseWriter, r *http.Request, u used, long bool) used {
	w.Header().Set("Content-Type", "text/event-stream")
	const head = `{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-5-mini",`
	for i := 0; long || i < 5; i++ {
		fmt.Fprint(w, `data: `+head+`"choices":[{"index":0,"delta":{"content":"Hello "},"finish_reason":null}]}`+"\n\n")
		w.(http.Flusher).Flush()
		if !pause(r.Context(), time.Duration(rand.IntN(5))*time.Millisecond) {
			return used{}
		}
	}
	fmt.Fprint(w, `data: `+head+`"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`+"\n\n")
	fmt.Fprintf(w, `data: `+head+`"choices":[],"usage":{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d}}`+"\n\ndata: [DONE]\n\n", u.input, u.output, u.input+u.output)
	return u
}

// pause lets time pass, and says whether the request still goes on.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// triesOf is how many requests there were for a call.
func (m *meter) triesOf(name string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.tried[name]
}

// usedBy is what an answered call came to.
func (m *meter) usedBy(name string) (u used, answered bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	u, answered = m.used[name]
	return u, answered
}

// spent is what all that was answered costs, and how many calls that were.
func (m *meter) spent() (nano int64, calls int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, u := range m.used {
		nano += u.nano()
	}
	return nano, len(m.used)
}

// overrun is by how much calls came to more than their answer could be expected to.
func (m *meter) overrun(maxTokens int64) (nano int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, u := range m.used {
		nano += max(u.nano()-maxTokens*outputNano, 0)
	}
	return nano
}
