package gateway

import (
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/catalog"
)

// BenchmarkHinted is what it costs to see that a request of 100 KB asks for neither
// sound nor reasoning, as most do of models that have neither.
func BenchmarkHinted(b *testing.B) {
	prose := strings.Repeat("Tell me of a bridge that \\\"trembles\\\" under those who cross it.\\n", 1600)
	body := []byte(`{"model":"gpt-4o","messages":[{"role":"user","content":"` + prose + `"}]}`)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if hinted("openai", body, catalog.Audio|catalog.Reasoning) != 0 {
			b.Fatal("hinted at what is not there")
		}
	}
}
