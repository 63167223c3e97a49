package edge_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/edge"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// The benchmarks send prepared bytes over real sockets to an edge whose provider
// answers with prepared bytes, so that what they count is the edge's and the
// engine's own, HTTP server included.

// provide answers each request on a connection with the same bytes. Requests are
// told apart by their length.
func provide(b *testing.B, requestEnd, answer string) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { ln.Close() })
	reply := []byte(answer)
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				buf, n := make([]byte, 256<<10), 0
				for {
					m, err := c.Read(buf[n:])
					if err != nil {
						return
					}
					n += m
					if bytes.HasSuffix(buf[:n], []byte(requestEnd)) {
						n = 0
						if _, err := c.Write(reply); err != nil {
							return
						}
					}
				}
			}()
		}
	}()
	return "http://" + ln.Addr().String()
}

func benchmarkLane(b *testing.B, body, requestEnd, answer, answerEnd string, change ...func(*config.Config)) {
	cfg := over(provide(b, requestEnd, answer))
	for _, c := range change {
		c(cfg)
	}
	p := cfg.Providers["openai"]
	p.Keys = []config.Key{{Name: "a", Value: "sk-a", Weight: 7}, {Name: "b", Value: "sk-b", Weight: 2}, {Name: "c", Value: "sk-c", Weight: 1}}
	cfg.Providers["openai"] = p
	cfg.Client.EnforceAuthOnInference = true
	cfg.Governance.VirtualKeys = []config.VirtualKey{{Name: "team", Value: "sk-asbru-benchmark"}}
	metrics := telemetry.NewMetrics("bench")
	log := slog.New(slog.DiscardHandler)
	g, err := gateway.New(context.Background(), cfg, gateway.Options{Log: log, Metrics: metrics})
	if err != nil {
		b.Fatal(err)
	}
	e, err := edge.New(g, edge.Options{Node: "n1", Log: log, Metrics: metrics, Server: cfg.Server, Client: cfg.Client})
	if err != nil {
		b.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go e.Serve(ln)
	b.Cleanup(func() {
		ctx, stop := context.WithTimeout(context.Background(), time.Second)
		defer stop()
		e.Drain(ctx, 0)
		e.Close()
		g.Close()
	})
	c, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	request := fmt.Appendf(nil, "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk-asbru-benchmark\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	buf := make([]byte, 64<<10)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Write(request); err != nil {
			b.Fatal(err)
		}
		for n := 0; ; {
			m, err := c.Read(buf[n:])
			if err != nil {
				b.Fatal(err)
			}
			n += m
			if bytes.HasSuffix(buf[:n], []byte(answerEnd)) {
				if !bytes.HasPrefix(buf, []byte("HTTP/1.1 200")) {
					b.Fatalf("%s", buf[:n])
				}
				break
			}
		}
	}
}

func whole(answer string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(answer), answer)
}

func chunked(events []string) string {
	var b strings.Builder
	b.WriteString("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
	for _, ev := range events {
		fmt.Fprintf(&b, "%x\r\n%s\r\n", len(ev), ev)
	}
	b.WriteString("0\r\n\r\n")
	return b.String()
}

func BenchmarkRawLane(b *testing.B) {
	for _, size := range []int{200, 100 << 10} {
		body := fmt.Sprintf(`{"model":"openai/m","messages":[{"role":"user","content":%q}]}`, strings.Repeat("x ", size/2))
		b.Run(fmt.Sprintf("%dB", size), func(b *testing.B) {
			benchmarkLane(b, body, "}]}", whole(wholeAnswers["openai"]), "}}")
		})
	}
	b.Run("stream", func(b *testing.B) {
		events := append([]string{streams["openai"][0]}, strings.Split(strings.Repeat(streams["openai"][1]+"|", 47), "|")[:47]...)
		events = append(events, streams["openai"][3:]...)
		body := `{"model":"openai/m","stream":true,"messages":[{"role":"user","content":"hi"}]}`
		benchmarkLane(b, body, "}}", chunked(events), "0\r\n\r\n")
	})
}

// BenchmarkCacheHit is the raw lane's plain call, answered out of the cache but for the first.
func BenchmarkCacheHit(b *testing.B) {
	for _, size := range []int{200, 100 << 10} {
		body := fmt.Sprintf(`{"model":"openai/m","messages":[{"role":"user","content":%q}]}`, strings.Repeat("x ", size/2))
		b.Run(fmt.Sprintf("%dB", size), func(b *testing.B) {
			benchmarkLane(b, body, "}]}", whole(wholeAnswers["openai"]), "}}", func(c *config.Config) { c.Cache.Enabled = true })
		})
	}
}

func BenchmarkTranslatedLane(b *testing.B) {
	b.Run("plain", func(b *testing.B) {
		body := fmt.Sprintf(`{"model":"anthropic/m","messages":[{"role":"user","content":%q}]}`, strings.Repeat("x ", 100))
		benchmarkLane(b, body, "}", whole(wholeAnswers["anthropic"]), "}}")
	})
	b.Run("stream", func(b *testing.B) {
		s := streams["anthropic"]
		events := append(append(append([]string{}, s[:2]...), strings.Split(strings.Repeat(s[2]+"|", 44), "|")[:44]...), s[4:]...)
		body := `{"model":"anthropic/m","stream":true,"messages":[{"role":"user","content":"hi"}]}`
		benchmarkLane(b, body, "}", chunked(events), "0\r\n\r\n")
	})
}
