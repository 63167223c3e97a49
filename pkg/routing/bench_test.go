package routing

import (
	"testing"
	"time"
)

type request struct{ headers, params, metadata map[string]any }

func (r *request) Text(g Group, name string) (any, bool) {
	v, ok := [...]map[string]any{r.headers, r.params, r.metadata}[g][name]
	return v, ok
}

func (r *request) Names(g Group, yield func(string) bool) {
	for name := range [...]map[string]any{r.headers, r.params, r.metadata}[g] {
		if !yield(name) {
			return
		}
	}
}

func (*request) Used(Kind) float64 { return 42 }
func (*request) Tokens() int64     { return 1000 }

func factsOf(r *request) *Facts {
	return &Facts{Model: "gpt-4o", Provider: "openai", RequestType: "chat", VirtualKeyID: "vk-1", TeamID: "t1", Now: time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC), Source: r}
}

// The goal is a microsecond for a rule.
func BenchmarkMatch(b *testing.B) {
	f := factsOf(&request{headers: map[string]any{"x-tier": "premium"}})
	for _, text := range []string{
		`model == "gpt-4"`,
		`headers["x-tier"] == "basic"`,
		`headers["x-other"] == "basic"`,
		`model.startsWith("gpt") && budget_used > 80`,
		`provider in ["anthropic", "gemini", "bedrock"]`,
		`headers["x-tier"] == "basic" || (hour >= 22 && weekday in [0, 6]) || estimated_tokens > 100000`,
		`model.matches("^claude-.*-4$")`,
	} {
		t, err := New([]Rule{{Expression: text, Scope: Global}})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if r := t.Match(f, nil); r != nil {
					b.Fatal(r)
				}
			}
		})
	}
}
