package edge_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestAStreamReadsTheSameHoweverItsBytesComeIn(t *testing.T) {
	for provider, events := range streams {
		all := strings.Join(events, "")
		want := map[string]string{}
		for name, script := range map[string]func(x *upstreamtest.Exchange){
			"an event at a time": serveStream(events),
			"all at once":        serveStream([]string{all}),
			"byte by byte": func(x *upstreamtest.Exchange) {
				x.StartStream()
				for i := range len(all) {
					x.Chunk(all[i : i+1])
				}
				x.EndStream()
			},
			"behind a byte-order mark": serveStream(append([]string{"\ufeff"}, events...)),
			"with comments between":    serveStream([]string{": hello\n\n" + strings.ReplaceAll(all, "\n\n", "\n\n: ping\n\n")}),
			"with CR LF":               serveStream([]string{strings.ReplaceAll(strings.ReplaceAll(all, "\r\n", "\n"), "\n", "\r\n")}),
			"until the connection closes": func(x *upstreamtest.Exchange) {
				x.Write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + all)
				x.Close()
			},
		} {
			d := open(t, over(upstreamtest.New(t, script).URL))
			for dialect := range providerOf {
				t.Run(fmt.Sprintf("%s from %s, %s", dialect, provider, name), func(t *testing.T) {
					res := d.stream(t, dialect, provider, "")
					require.Equal(t, 200, res.Status, res.Body)
					require.NotContains(t, res.Body, `"error"`)
					data := dataOf(res.Body)
					if want[dialect] == "" {
						want[dialect] = data
					}
					require.Equal(t, want[dialect], data)
				})
			}
		}
	}
}

// volatile are ids and times that the gateway makes where the provider gave none.
var volatile = regexp.MustCompile(`"(id|created|responseId|created_at)":("[^"]*"|\d+),?`)

// dataOf is what a stream's events hold, without what differs from call to call.
func dataOf(stream string) string {
	var b strings.Builder
	for line := range strings.Lines(stream) {
		if data, ok := strings.CutPrefix(strings.TrimRight(line, "\r\n"), "data:"); ok {
			data = volatile.ReplaceAllString(strings.TrimSpace(data), "")
			b.WriteString(data + "\n")
		}
	}
	return b.String()
}

func TestEventsMayBeLargeUpToALimit(t *testing.T) {
	for name, tc := range map[string]struct {
		size int
		ok   bool
	}{
		"over a scanner's usual limit": {64<<10 + 1, true},
		"5 MB":                         {5 << 20, true},
		"over the limit":               {16<<20 + 1, false},
	} {
		text := strings.Repeat("x", tc.size)
		for provider, events := range streams {
			up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
				x.StartStream()
				x.Chunk(strings.Replace(strings.Join(events, ""), "two", text, 1))
				x.EndStream()
			})
			d := open(t, over(up.URL))
			for dialect := range providerOf {
				t.Run(fmt.Sprintf("%s, %s from %s", name, dialect, provider), func(t *testing.T) {
					res := d.stream(t, dialect, provider, "")
					require.Equal(t, 200, res.Status)
					if tc.ok {
						require.Equal(t, 1, strings.Count(res.Body, text))
						require.Contains(t, res.Body, terminal[dialect])
						return
					}
					require.Contains(t, res.Body, "one ")
					require.Contains(t, res.Body, "stream_event_too_large")
					require.NotContains(t, res.Body, terminal[dialect])
				})
			}
		}
	}
}
