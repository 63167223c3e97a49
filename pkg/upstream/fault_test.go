package upstream

import (
	"bufio"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const ok = "HTTP/1.1 200 OK\r\n"

func TestMalformedAnswersAreRefusedAndTheConnectionIsNotUsedAgain(t *testing.T) {
	for name, tc := range map[string]struct {
		answer string
		want   error
	}{
		"not HTTP":                    {"SSH-2.0-OpenSSH_9.6\r\n\r\n", ErrHead},
		"HTTP/2":                      {"HTTP/2.0 200 OK\r\n\r\n", ErrHead},
		"status is no number":         {"HTTP/1.1 2x0 OK\r\n\r\n", ErrHead},
		"status below 100":            {"HTTP/1.1 099 OK\r\n\r\n", ErrHead},
		"status of four digits":       {"HTTP/1.1 2000 OK\r\n\r\n", ErrHead},
		"protocol changed":            {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", ErrHead},
		"LF only":                     {"HTTP/1.1 200 OK\nContent-Length: 2\r\n\r\nhi", ErrHead},
		"NUL in a value":              {ok + "X: a\x00b\r\n\r\n", ErrHead},
		"CR in a value":               {ok + "X: a\rb\r\n\r\n", ErrHead},
		"space before the colon":      {ok + "Content-Length : 2\r\n\r\nhi", ErrHead},
		"field without a colon":       {ok + "nonsense\r\n\r\n", ErrHead},
		"folded field":                {ok + "X: a\r\n b\r\n\r\n", ErrHead},
		"length and chunks":           {ok + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", ErrHead},
		"two lengths":                 {ok + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi", ErrHead},
		"a list of lengths":           {ok + "Content-Length: 2, 2\r\n\r\nhi", ErrHead},
		"negative length":             {ok + "Content-Length: -2\r\n\r\nhi", ErrHead},
		"length with a sign":          {ok + "Content-Length: +2\r\n\r\nhi", ErrHead},
		"length is empty":             {ok + "Content-Length:\r\n\r\nhi", ErrHead},
		"length beyond all measure":   {ok + "Content-Length: 99999999999999999999\r\n\r\nhi", ErrHead},
		"unknown transfer encoding":   {ok + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", ErrHead},
		"chunked twice":               {ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", ErrHead},
		"too many fields":             {ok + strings.Repeat("X: y\r\n", maxFields+1) + "\r\n", ErrHeadTooLarge},
		"unknown content encoding":    {ok + "Content-Encoding: br\r\nContent-Length: 2\r\n\r\nhi", ErrEncoding},
		"damaged gzip":                {ok + "Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n" + strings.Repeat("x", 20), ErrEncoding},
		"chunk size with 0x":          {chunked("0x2\r\nhi\r\n0\r\n\r\n"), ErrChunk},
		"chunk size with a sign":      {chunked("+2\r\nhi\r\n0\r\n\r\n"), ErrChunk},
		"chunk size is empty":         {chunked("\r\nhi\r\n0\r\n\r\n"), ErrChunk},
		"LF alone":                    {chunked("\n"), ErrChunk},
		"chunk size with a space":     {chunked(" 2\r\nhi\r\n0\r\n\r\n"), ErrChunk},
		"chunk size is no number":     {chunked("2g\r\nhi\r\n0\r\n\r\n"), ErrChunk},
		"chunk size over the limit":   {chunked("80000001\r\nhi"), ErrChunk},
		"chunk size overflows":        {chunked("10000000000000002\r\nhi"), ErrChunk},
		"chunk extension without end": {chunked("2;" + strings.Repeat("x", 400)), ErrChunk},
		"LF ends the size":            {chunked("2\nhi\r\n0\r\n\r\n"), ErrChunk},
		"LF in the extension":         {chunked("2;a\nb\r\nhi\r\n0\r\n\r\n"), ErrChunk},
		"CR in the extension":         {chunked("2;a\rb\r\nhi\r\n0\r\n\r\n"), ErrChunk},
		"LF ends the data":            {chunked("2\r\nhi\n0\r\n\r\n"), ErrChunk},
		"data longer than their size": {chunked("2\r\nhi!!\r\n0\r\n\r\n"), ErrChunk},
		"LF ends the trailer":         {chunked("2\r\nhi\r\n0\r\nX: y\n\r\n"), ErrChunk},
		"trailer without end":         {chunked("2\r\nhi\r\n0\r\n" + strings.Repeat("X: y\r\n", 1000)), ErrChunk},
	} {
		t.Run(name, func(t *testing.T) {
			p := serve(t, answering(tc.answer))
			o := newOrigin(t, Options{URL: p.url()})
			for i := range 2 {
				c := begin(t, o)
				_, err := c.finish()
				require.ErrorIs(t, err, tc.want)
				require.Equal(t, i+1, p.accepted())
			}
		})
	}
}

func chunked(body string) string { return ok + "Transfer-Encoding: chunked\r\n\r\n" + body }

func TestAnAnswerThatBreaksOffIsNeverACleanEnd(t *testing.T) {
	whole := map[string]string{
		"by length": ok + "Content-Length: 5\r\n\r\nhello",
		"in chunks": chunked("3\r\nhel\r\n2\r\nlo\r\n0\r\nX: y\r\n\r\n"),
	}
	for name, answer := range whole {
		t.Run(name, func(t *testing.T) {
			p := serve(t, func(n int, c net.Conn, r *bufio.Reader) {
				if _, _, err := takeRequest(r); err == nil {
					io.WriteString(c, answer[:n])
				}
			})
			o := newOrigin(t, Options{URL: p.url()})
			for range len(answer) {
				_, err := begin(t, o).finish()
				require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			}
		})
	}
}

func TestAnAnswerThatTricklesInIsReadTheSame(t *testing.T) {
	for name, answer := range map[string]string{
		"by length": "HTTP/1.1 100 Continue\r\n\r\n" + ok + "Content-Length: 5\r\n\r\nhello",
		"in chunks": chunked("3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nX: y\r\n\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			p := serve(t, func(_ int, c net.Conn, r *bufio.Reader) {
				takeRequest(r)
				c.(*net.TCPConn).SetNoDelay(true)
				for i := range answer {
					io.WriteString(c, answer[i:i+1])
				}
				r.ReadByte()
			})
			body, err := begin(t, newOrigin(t, Options{URL: p.url()})).finish()
			require.NoError(t, err)
			require.Equal(t, "hello", body)
		})
	}
}

func TestABodyThatOnlyTheCloseEndsIsMarked(t *testing.T) {
	p := serve(t, func(_ int, c net.Conn, r *bufio.Reader) {
		takeRequest(r)
		io.WriteString(c, ok+"\r\nhello")
	})
	o := newOrigin(t, Options{URL: p.url()})
	for range 2 {
		c := begin(t, o)
		body, err := c.finish()
		require.NoError(t, err)
		require.Equal(t, "hello", body)
		require.True(t, c.conn.CloseDelimited())
		require.False(t, c.conn.Reused())
	}
}

func TestEndlessHeadersAreRefused(t *testing.T) {
	for name, piece := range map[string]string{
		"fields":          "X: " + strings.Repeat("y", 100) + "\r\n",
		"one field":       strings.Repeat("y", 100),
		"interim answers": "\r\n\r\nHTTP/1.1 103 Early Hints\r\nX: y",
	} {
		t.Run(name, func(t *testing.T) {
			p := serve(t, func(_ int, c net.Conn, r *bufio.Reader) {
				takeRequest(r)
				_, err := io.WriteString(c, "HTTP/1.1 103 Early Hints\r\nX: ")
				for err == nil {
					_, err = io.WriteString(c, piece)
				}
			})
			_, err := begin(t, newOrigin(t, Options{URL: p.url()})).finish()
			require.ErrorIs(t, err, ErrHeadTooLarge)
		})
	}
}

func TestAHeadUpToTheLimitIsRead(t *testing.T) {
	large := strings.Repeat("y", 60<<10)
	p := serve(t, answering(ok+"X: "+large+"\r\nContent-Length: 2\r\n\r\nhi"))
	o := newOrigin(t, Options{URL: p.url()})
	for i := range 3 {
		c := begin(t, o)
		require.Equal(t, i > 0, c.conn.Reused())
		body, err := c.finish()
		require.NoError(t, err)
		require.Equal(t, "hi", body)
		require.Equal(t, large, string(c.head.Get("x")))
		require.Len(t, c.conn.buf, leastBuffer)
	}
}

func TestAProviderThatNeverAnswersMeetsTheDeadlineAndMayStillAnswer(t *testing.T) {
	answer := make(chan struct{})
	p := serve(t, func(_ int, c net.Conn, r *bufio.Reader) {
		takeRequest(r)
		<-answer
		io.WriteString(c, ok+"Content-Length: 5\r\n\r\nhel")
		<-answer
		io.WriteString(c, "lo")
		r.ReadByte()
	})
	c := begin(t, newOrigin(t, Options{URL: p.url()}))
	for range 2 {
		require.ErrorIs(t, c.conn.ReadHead(&c.head, time.Now().Add(5*time.Millisecond)), os.ErrDeadlineExceeded)
	}
	answer <- struct{}{}
	require.NoError(t, c.conn.ReadHead(&c.head, soon()))
	body, err := c.conn.ReadAll(nil, 100, time.Now().Add(5*time.Millisecond))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.Equal(t, "hel", string(body))
	close(answer)
	body, err = c.conn.ReadAll(body, 100, soon())
	require.NoError(t, err)
	require.Equal(t, "hello", string(body))
	c.conn.Release(true)
}

func TestABodyOverTheLimitIsRefused(t *testing.T) {
	for name, answer := range map[string]string{
		"by length":  ok + "Content-Length: 11\r\n\r\nhello world",
		"in chunks":  chunked("b\r\nhello world\r\n0\r\n\r\n"),
		"far beyond": ok + "Content-Length: 999999999999999999\r\n\r\nhello",
	} {
		t.Run(name, func(t *testing.T) {
			p := serve(t, answering(answer))
			c := begin(t, newOrigin(t, Options{URL: p.url()}))
			require.NoError(t, c.conn.ReadHead(&c.head, soon()))
			_, err := c.conn.ReadAll(nil, 10, soon())
			require.ErrorIs(t, err, ErrBodyTooLarge)
			c.conn.Release(true)
		})
	}
}

func TestAHalfReadBodyIsNotLeftForTheNextRequest(t *testing.T) {
	p := serve(t, answering(ok+"Content-Length: 20000\r\n\r\n"+strings.Repeat("x", 20000)))
	o := newOrigin(t, Options{URL: p.url()})
	for i := range 3 {
		c := begin(t, o)
		require.False(t, c.conn.Reused())
		require.NoError(t, c.conn.ReadHead(&c.head, soon()))
		_, err := c.conn.Next(soon())
		require.NoError(t, err)
		c.conn.Release(true)
		require.Equal(t, i+1, p.accepted())
	}
}

func TestAProviderThatResetsAfterTheRequestLeavesItAmbiguous(t *testing.T) {
	p := serve(t, func(n int, c net.Conn, r *bufio.Reader) {
		for i := 0; ; i++ {
			if _, _, err := takeRequest(r); err != nil {
				return
			}
			if i == 1 {
				c.(*net.TCPConn).SetLinger(0)
				return
			}
			io.WriteString(c, ok+"Content-Length: 2\r\n\r\nhi")
		}
	})
	o := newOrigin(t, Options{URL: p.url()})
	_, err := begin(t, o).finish()
	require.NoError(t, err)
	c := begin(t, o)
	require.True(t, c.conn.Reused())
	_, err = c.finish()
	require.ErrorIs(t, err, syscall.ECONNRESET)
	require.NotErrorIs(t, err, ErrStale)
}

func TestARequestThatTheProviderDoesNotReadMeetsTheDeadlineAsSent(t *testing.T) {
	done := make(chan struct{})
	p := serve(t, func(int, net.Conn, *bufio.Reader) { <-done })
	defer close(done)
	o := newOrigin(t, Options{URL: p.url()})
	var cut Cut
	c, err := o.get(soon(), &cut)
	require.NoError(t, err)
	large := make([]byte, 64<<20)
	sent, err := c.Send(time.Now().Add(100*time.Millisecond), []byte("POST / HTTP/1.1\r\n\r\n"), large)
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.True(t, sent)
	c.Release(true)
}

func TestALargeRequestArrivesWhole(t *testing.T) {
	got := make(chan string, 1)
	p := serve(t, func(_ int, c net.Conn, r *bufio.Reader) {
		_, body, _ := takeRequest(r)
		io.WriteString(c, hi)
		got <- string(body)
	})
	o := newOrigin(t, Options{URL: p.url()})
	var cut Cut
	c, err := o.get(soon(), &cut)
	require.NoError(t, err)
	a, b := strings.Repeat("a", 1<<20), strings.Repeat("b", 1<<20)
	sent, err := c.Send(soon(), []byte("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2097153\r\n\r\n"), []byte(a), []byte("-"), []byte(b))
	require.NoError(t, err)
	require.True(t, sent)
	requireSame(t, a+"-"+b, <-got)
	c.Release(false)
}

func TestAnAnswerThatComesBeforeTheRequestIsWholeCanBeRead(t *testing.T) {
	p := serve(t, func(_ int, c net.Conn, r *bufio.Reader) {
		r.ReadByte()
		io.WriteString(c, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno")
	})
	o := newOrigin(t, Options{URL: p.url()})
	c := &call{}
	var err error
	c.conn, err = o.get(soon(), &c.cut)
	require.NoError(t, err)
	sent, err := c.conn.Send(soon(), []byte("POST / HTTP/1.1\r\nContent-Length: 67108864\r\n\r\n"), make([]byte, 64<<20))
	require.Error(t, err)
	require.True(t, sent)
	body, err := c.finish()
	require.NoError(t, err)
	require.Equal(t, 413, c.head.Status)
	require.Equal(t, "no", body)
	require.False(t, begin(t, o).conn.Reused())
}

func TestWhereNobodyListensNothingIsSent(t *testing.T) {
	p := serve(t, answering(hi))
	o := newOrigin(t, Options{URL: p.url()})
	p.Close()
	_, err := o.get(soon(), &Cut{})
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
}
