package edge_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/edge"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestADrainLetsStreamsFinish(t *testing.T) {
	next := make(chan struct{})
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.StartStream()
		x.Chunk(streams["openai"][0])
		<-next
		for _, ev := range streams["openai"][1:] {
			x.Chunk(ev)
		}
		x.EndStream()
	})
	d := start(t, over(up.URL))
	path, body := streamRequest("openai", "openai", "")
	res, err := http.Post(d.URL(path), "application/json", strings.NewReader(body))
	require.NoError(t, err)
	defer res.Body.Close()
	_, err = bufio.NewReaderSize(res.Body, 16).ReadByte()
	require.NoError(t, err)
	drained := make(chan error, 1)
	go func() { drained <- d.drain(patience) }()
	require.Eventually(t, func() bool {
		c, err := net.Dial("tcp", d.Addr)
		if err == nil {
			c.Close()
		}
		return err != nil
	}, patience, 5*time.Millisecond, "connections are still taken")
	close(next)
	rest, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Contains(t, string(rest), "[DONE]")
	<-drained
}

func TestADrainThatTakesTooLongEndsStreamsWithAnErrorEvent(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.StartStream()
		x.Chunk(streams["openai"][0])
		select {
		case <-release:
		case <-time.After(20 * time.Second):
		}
	})
	d := start(t, over(up.URL))
	path, body := streamRequest("openai", "openai", "")
	res, err := http.Post(d.URL(path), "application/json", strings.NewReader(body))
	require.NoError(t, err)
	defer res.Body.Close()
	first := make([]byte, 8)
	_, err = io.ReadFull(res.Body, first)
	require.NoError(t, err)
	d.stop(t, 100*time.Millisecond)
	rest, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Contains(t, string(rest), "shutting_down")
	require.NotContains(t, string(rest), "[DONE]")
}

func TestADrainThatTakesTooLongEndsCallsWithAnError(t *testing.T) {
	asked := make(chan struct{})
	up := upstreamtest.New(t, func(*upstreamtest.Exchange) { close(asked) })
	d := start(t, over(up.URL))
	path, body := chatRequest("anthropic", "openai", `,"fallbacks":["gemini/m"]`)
	c := d.send(t, path, body)
	defer c.Close()
	<-asked
	d.stop(t, 100*time.Millisecond)
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	require.NoError(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Contains(t, string(text), "shutting_down")
	require.Equal(t, 1, up.Hits(), "a call that was ended went elsewhere")
}

func TestADrainIsSeenBeforeConnectionsAreRefused(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	d := start(t, over(up.URL))
	kept := d.send(t, "/none", "")
	defer kept.Close()
	readUntil(t, kept, "route_not_found")
	drained := make(chan error, 1)
	noticed, balancersKnow := context.WithCancel(t.Context())
	go func() { drained <- d.drainUntil(noticed, patience) }()
	var res answer
	require.Eventually(t, func() bool {
		res = do(t, "GET", d.URL("/readyz"), "")
		return res.Status == 503
	}, patience, time.Millisecond)
	require.Contains(t, res.Body, `"status":"draining"`)
	require.Equal(t, 200, do(t, "GET", d.URL("/livez"), "").Status)
	res = d.chat(t, "openai", "openai", "")
	require.Equal(t, 200, res.Status, "a call that comes while balancers have not noticed yet")

	path, body := chatRequest("openai", "openai", "") // on the connection from before
	_, err := fmt.Fprintf(kept, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
	require.NoError(t, err)
	got, err := http.ReadResponse(bufio.NewReader(kept), nil)
	require.NoError(t, err)
	got.Body.Close()
	require.Equal(t, 200, got.StatusCode)
	require.True(t, got.Close, "the connection is kept alive")
	balancersKnow()
	require.NoError(t, <-drained)
}

// keepAliveCaller asks again and again on one connection, and opens another when
// it is told to. It returns when there is nobody to connect to any more, or with
// an error if a request that it sent was not answered.
func keepAliveCaller(addr, request string, answered *atomic.Int64) error {
	for {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			return nil //nolint:nilerr // refused: the drain is through
		}
		r := bufio.NewReader(c)
		for open := true; open; {
			if _, err := io.WriteString(c, request); err != nil {
				return err
			}
			res, err := http.ReadResponse(r, nil)
			if err != nil {
				return err
			}
			if _, err := io.Copy(io.Discard, res.Body); err != nil {
				return err
			}
			if res.StatusCode != http.StatusOK {
				return fmt.Errorf("status %d", res.StatusCode)
			}
			answered.Add(1)
			open = !res.Close
		}
		c.Close()
	}
}

func TestADrainUnderLoadFailsNoRequest(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		time.Sleep(time.Millisecond) // a provider takes its time
		x.JSON(200, wholeAnswers["openai"])
	})
	d := start(t, over(up.URL))
	ln, err := edge.Listen(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- d.Serve(ln) }()
	path, body := chatRequest("openai", "openai", "")
	request := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
	var answered atomic.Int64
	var asking sync.WaitGroup
	for range 30 {
		asking.Go(func() {
			if err := keepAliveCaller(ln.Addr().String(), request, &answered); err != nil {
				t.Error(err)
			}
		})
	}
	require.Eventually(t, func() bool { return answered.Load() > 500 }, patience, time.Millisecond)
	require.NoError(t, d.drainAfter(300*time.Millisecond, patience))
	require.NoError(t, <-served)
	asking.Wait()
}
