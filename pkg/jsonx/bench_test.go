package jsonx_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// chatBody returns a chat request of about size bytes: a conversation in prose
// with the line feeds and quotes that prose has, one in ten of them not ASCII.
func chatBody(size int) []byte {
	const line = `The provider said \"no\" twice, so the second one was asked instead of it.\n`
	const accented = `Der Anbieter verweigerte die Auskunft; daraufhin ging die Anfrage über Köln.\n`
	b := []byte(`{"model":"gpt-5-mini","stream":true,"temperature":0.7,"messages":[{"role":"system","content":"Be brief."}`)
	for turn := 0; len(b) < size-60; turn++ {
		text := strings.Repeat(line, max(1, min(50, (size-len(b))/len(line))))
		if turn%10 == 9 {
			text = strings.Repeat(accented, max(1, min(50, (size-len(b))/len(accented))))
		}
		b = fmt.Appendf(b, `,{"role":"user","content":"%s"}`, text)
	}
	return append(b, `],"max_tokens":100}`...)
}

var sizes = []struct {
	name  string
	bytes int
}{{"200B", 200}, {"10KB", 10 << 10}, {"100KB", 100 << 10}}

func bench(b *testing.B, run func(body []byte) bool) {
	for _, size := range sizes {
		b.Run(size.name, func(b *testing.B) {
			body := chatBody(size.bytes)
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if !run(body) {
					b.Fatal("refused")
				}
			}
		})
	}
}

// BenchmarkScan is one pass that checks the body and finds its members: our
// own, and the nearest that gjson and encoding/json have.
func BenchmarkScan(b *testing.B) {
	b.Run("jsonx", func(b *testing.B) {
		bench(b, func(body []byte) bool {
			found := 0
			_, err := jsonx.ScanObject(body, func(m jsonx.Member) error {
				if jsonx.EqualFold(m.Key, "model") || jsonx.EqualFold(m.Key, "stream") {
					found++
				}
				return nil
			})
			return err == nil && found == 2
		})
	})
	b.Run("gjson", func(b *testing.B) {
		bench(b, func(body []byte) bool {
			found := 0
			gjson.ParseBytes(body).ForEach(func(key, _ gjson.Result) bool {
				if strings.EqualFold(key.Str, "model") || strings.EqualFold(key.Str, "stream") {
					found++
				}
				return true
			})
			return gjson.ValidBytes(body) && found == 2
		})
	})
	b.Run("encoding_json_valid_only", func(b *testing.B) {
		bench(b, json.Valid)
	})
}

func BenchmarkAppendString(b *testing.B) {
	text, _ := jsonx.Value(`"` + strings.Repeat("Some text of a model,\\n", 20) + `"`).Str()
	dst := make([]byte, 0, 2*len(text))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		dst = jsonx.AppendString(dst[:0], text)
	}
}

func BenchmarkApply(b *testing.B) {
	body := chatBody(100 << 10)
	dst := make([]byte, 0, 2*len(body))
	var model jsonx.Span
	if _, err := jsonx.ScanObject(body, func(m jsonx.Member) error {
		if string(m.Key) == "model" {
			model = m.At
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	edits := []jsonx.Edit{{At: model, New: []byte(`"another-model"`)}}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		dst = jsonx.Apply(dst[:0], body, edits)
	}
}
