package upstream

import (
	"bufio"
	"context"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// interrupted counts how often a Cut interrupts it.
type interrupted int

func (n *interrupted) Interrupt() { *n++ }

func TestACutInterruptsOnceWhatItHasEntered(t *testing.T) {
	var cut Cut
	var first, second interrupted
	require.True(t, cut.Enter(&first))
	require.True(t, cut.Leave())
	require.True(t, cut.Enter(&second))
	cut.Fire()
	cut.Fire()
	require.False(t, cut.Leave())
	require.True(t, cut.Fired())
	require.False(t, cut.Enter(&first))
	require.Zero(t, first)
	require.EqualValues(t, 1, second)
	cut.Reset()
	require.True(t, cut.Enter(&first))
	cut.Fire()
	require.EqualValues(t, 1, first)
}

func TestACutEndsACallInEachOfItsSteps(t *testing.T) {
	reached := make(chan struct{}, 1)
	p := serve(t, func(_ int, c net.Conn, r *bufio.Reader) {
		for {
			req, err := http11(r)
			if err != nil {
				return
			}
			switch req {
			case "/head":
				io.WriteString(c, "HTTP/1.1 200 OK\r\n")
			case "/length":
				io.WriteString(c, ok+"Content-Length: 10\r\n\r\nhello")
			case "/chunks":
				io.WriteString(c, chunked("5\r\nhello\r\n"))
			case "/close":
				io.WriteString(c, ok+"\r\nhello")
			}
			reached <- struct{}{}
		}
	})
	o := newOrigin(t, Options{URL: p.url()})
	for _, path := range []string{"/wait", "/head", "/length", "/chunks", "/close"} {
		t.Run(path, func(t *testing.T) {
			var c call
			var err error
			c.conn, err = o.get(soon(), &c.cut)
			require.NoError(t, err)
			_, err = c.conn.Send(soon(), append(o.AppendStart(nil, "GET", []byte(path)), "\r\n"...))
			require.NoError(t, err)
			var fired sync.WaitGroup
			fired.Go(func() {
				<-reached
				c.cut.Fire()
			})
			_, err = c.finish()
			require.ErrorIs(t, err, ErrCut)
			fired.Wait()
		})
	}
}

// http11 reads a request without a body and returns its path.
func http11(r *bufio.Reader) (string, error) {
	req, _, err := takeRequest(r)
	if err != nil {
		return "", err
	}
	return req.URL.Path, nil
}

func TestACutEndsSending(t *testing.T) {
	done := make(chan struct{})
	p := serve(t, func(_ int, c net.Conn, r *bufio.Reader) {
		r.ReadByte() // the request has begun to arrive
		done <- struct{}{}
		<-done
	})
	defer close(done)
	o := newOrigin(t, Options{URL: p.url()})
	var cut Cut
	c, err := o.get(soon(), &cut)
	require.NoError(t, err)
	var fired sync.WaitGroup
	fired.Go(func() {
		<-done
		cut.Fire()
	})
	sent, err := c.Send(soon(), make([]byte, 64<<20))
	require.ErrorIs(t, err, ErrCut)
	require.True(t, sent)
	fired.Wait()
	c.Release(true)
}

func TestACutEndsDialling(t *testing.T) {
	var cut Cut
	o := newOrigin(t, Options{URL: "http://mock", Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		cut.Fire()
		<-ctx.Done()
		return nil, ctx.Err()
	}})
	_, err := o.get(soon(), &cut)
	require.ErrorIs(t, err, ErrCut)
}

func TestACutEndsTheTLSHandshake(t *testing.T) {
	var cut Cut
	p := serve(t, func(_ int, c net.Conn, r *bufio.Reader) {
		r.ReadByte()
		cut.Fire()
		io.Copy(io.Discard, r)
	})
	o := newOrigin(t, Options{URL: "https://" + p.Addr().String()})
	_, err := o.get(soon(), &cut)
	require.ErrorIs(t, err, ErrCut)
}

func TestAConnectionThatWasCutIsNotUsedAgain(t *testing.T) {
	p := serve(t, answering(hi))
	o := newOrigin(t, Options{URL: p.url()})
	c := begin(t, o)
	require.NoError(t, c.conn.ReadHead(&c.head, soon()))
	_, err := c.conn.ReadAll(nil, 10, soon())
	require.NoError(t, err)
	c.cut.Fire()
	c.conn.Release(true)
	_, err = o.get(soon(), &c.cut)
	require.ErrorIs(t, err, ErrCut)
	require.False(t, begin(t, o).conn.Reused())
}

// TestALateCutNeverHitsTheNextCall fires each call's Cut while its connection is
// being released and taken by the next call.
func TestALateCutNeverHitsTheNextCall(t *testing.T) {
	p := serve(t, answering(hi))
	o := newOrigin(t, Options{URL: p.url()})
	var firing sync.WaitGroup
	defer firing.Wait()
	for range 300 {
		c := begin(t, o)
		body, err := func() (string, error) {
			if err := c.conn.ReadHead(&c.head, soon()); err != nil {
				return "", err
			}
			b, err := c.conn.ReadAll(nil, 10, soon())
			return string(b), err
		}()
		require.NoError(t, err)
		require.Equal(t, "hi", body)
		firing.Go(c.cut.Fire)
		c.conn.Release(true)
	}
}

func TestConnectingMeetsItsDeadline(t *testing.T) {
	never := func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	var cut Cut
	o := newOrigin(t, Options{URL: "http://mock", Dial: never, ConnectTimeout: 5 * time.Millisecond})
	_, err := o.get(time.Time{}, &cut)
	require.ErrorContains(t, err, "connect to mock: i/o timeout")
	o = newOrigin(t, Options{URL: "http://mock", Dial: never})
	_, err = o.get(time.Now().Add(5*time.Millisecond), &cut)
	require.ErrorContains(t, err, "connect to mock: i/o timeout")
}
