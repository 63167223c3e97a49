package edge_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// mark is what a caller asks to hear.
var mark = regexp.MustCompile(`mark-\d+-x+`)

// parrot answers each call with the mark that is in it, in whatever way the mark's
// number says: whole, as a stream in pieces of all sizes, as an error, or not at all.
func parrot(x *upstreamtest.Exchange) {
	say := mark.FindString(string(x.BodyBytes))
	n := 0
	_, _ = fmt.Sscanf(say, "mark-%d-", &n) // the caller looks at what comes of it
	provider := providerAt(x.URL.Path)
	stream := strings.Contains(string(x.BodyBytes), `"stream":true`) || strings.Contains(x.URL.Path, "stream")
	switch {
	case n%10 == 7:
		x.JSON(400, `{"type":"error","error":{"type":"invalid_request_error","code":400,"status":"INVALID_ARGUMENT","message":"`+say+`"}}`)
	case n%10 == 8:
		x.Close()
	case stream:
		all := strings.NewReplacer("one ", say+" ", "two", say).Replace(strings.Join(streams[provider], ""))
		x.StartStream()
		for all != "" {
			size := min(1+rand.IntN(200), len(all))
			x.Chunk(all[:size])
			all = all[size:]
			if n%10 == 9 && len(all) < 200 {
				x.Reset()
				return
			}
		}
		x.EndStream()
	default:
		x.JSON(200, strings.Replace(wholeAnswers[provider], "hello", say, 1))
	}
}

func providerAt(path string) string {
	switch {
	case strings.Contains(path, "messages"):
		return "anthropic"
	case strings.Contains(path, "models"):
		return "gemini"
	}
	return "openai"
}

func TestNoCallHearsOfAnother(t *testing.T) {
	d := open(t, over(upstreamtest.New(t, parrot).URL))
	var asking sync.WaitGroup
	for caller := range 40 {
		asking.Go(func() {
			for i := range 25 {
				n := caller*100 + i
				say := fmt.Sprintf("mark-%d-%s", n, strings.Repeat("x", 1+rand.IntN(3000)))
				dialect := []string{"openai", "anthropic", "genai"}[rand.IntN(3)]
				provider := []string{"openai", "anthropic", "gemini"}[rand.IntN(3)]
				var path, body string
				if rand.IntN(2) == 0 {
					path, body = chatRequest(dialect, provider, "")
				} else {
					path, body = streamRequest(dialect, provider, "")
				}
				res := d.post(t, path, strings.Replace(body, "hi", say, 1), "x-request-id: id-"+fmt.Sprint(n))
				heard := mark.FindAllString(res.Body, -1)
				for _, h := range heard {
					if h != say {
						t.Errorf("%s to %s: asked for %.20s… and heard %.20s…", dialect, provider, say, h)
					}
				}
				if len(heard) == 0 && n%10 < 7 {
					t.Errorf("%s to %s: heard nothing: %.300s", dialect, provider, res.Body)
				}
				if got := res.Header.Get("x-request-id"); got != "id-"+fmt.Sprint(n) {
					t.Errorf("the answer is that to request %s", got)
				}
			}
		})
	}
	asking.Wait()
}

func TestFilesAndGoroutinesGoBackToWhatTheyWere(t *testing.T) {
	up := upstreamtest.New(t, parrot)
	d := open(t, over(up.URL))
	count := func() int {
		files, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Skip("there is no list of open files here")
		}
		return len(files) + runtime.NumGoroutine()
	}
	do(t, "GET", d.URL("/livez"), "")
	before := count()
	for i := range 100 {
		path, body := streamRequest("openai", "openai", "")
		c := d.send(t, path, strings.Replace(body, "hi", fmt.Sprintf("mark-%d-x", i), 1))
		if i%3 == 0 {
			readUntil(t, c, "HTTP/1.1")
		}
		require.NoError(t, c.Close())
	}
	d.settled(t, `asbru_pool_busy{provider="openai"} 0`)
	require.Eventually(t, func() bool { return count() <= before+2*up.Open()+4 }, patience, 10*time.Millisecond)
	require.LessOrEqual(t, up.Open(), 10, "connections to the provider pile up")
}
