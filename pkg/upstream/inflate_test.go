package upstream

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type flushCloser interface {
	io.WriteCloser
	Flush() error
}

var encoders = map[string]struct {
	encoding string
	encoder  func(io.Writer) flushCloser
}{
	"gzip":         {"gzip", func(w io.Writer) flushCloser { return gzip.NewWriter(w) }},
	"zlib":         {"deflate", func(w io.Writer) flushCloser { return zlib.NewWriter(w) }},
	"bare deflate": {"Deflate", func(w io.Writer) flushCloser { f, _ := flate.NewWriter(w, 6); return f }},
}

func encode(name, text string) string {
	var b bytes.Buffer
	w := encoders[name].encoder(&b)
	io.WriteString(w, text)
	w.Close()
	return b.String()
}

func encoded(name, wire string) string {
	return fmt.Sprintf(ok+"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n%s", encoders[name].encoding, len(wire), wire)
}

func TestContentEncodingsAreUndone(t *testing.T) {
	text := strings.Repeat("Asbru is the bridge. ", 5000)
	for name := range encoders {
		t.Run(name, func(t *testing.T) {
			p := serve(t, answering(encoded(name, encode(name, text))))
			o := newOrigin(t, Options{URL: p.url()})
			for i := range 2 {
				c := begin(t, o)
				require.Equal(t, i > 0, c.conn.Reused())
				body, err := c.finish()
				require.NoError(t, err)
				requireSame(t, text, body)
			}
		})
	}
}

func TestAnEncodedStreamIsReadAsItComesAndAcrossDeadlines(t *testing.T) {
	for name, e := range encoders {
		t.Run(name, func(t *testing.T) {
			more := make(chan struct{})
			p := serve(t, func(_ int, c net.Conn, r *bufio.Reader) {
				takeRequest(r)
				io.WriteString(c, ok+"Content-Encoding: "+e.encoding+"\r\n\r\n")
				w := e.encoder(c)
				for _, text := range []string{"one", "two"} {
					<-more
					io.WriteString(w, text)
					w.Flush()
				}
				<-more
				w.Close()
			})
			c := begin(t, newOrigin(t, Options{URL: p.url()}))
			require.NoError(t, c.conn.ReadHead(&c.head, soon()))
			for _, want := range []string{"one", "two"} {
				for range 2 {
					_, err := c.conn.Next(time.Now().Add(2 * time.Millisecond))
					require.ErrorIs(t, err, os.ErrDeadlineExceeded)
				}
				more <- struct{}{}
				got, err := c.conn.Next(soon())
				require.NoError(t, err)
				require.Equal(t, want, string(got))
			}
			more <- struct{}{}
			_, err := c.conn.Next(soon())
			require.Equal(t, io.EOF, err)
			c.conn.Release(true)
		})
	}
}

func TestEncodedBodiesThatAreNotWholeAreErrors(t *testing.T) {
	for name := range encoders {
		whole := encode(name, "hello world")
		for what, tc := range map[string]struct {
			wire string
			want error
		}{
			"cut":     {whole[:len(whole)-5], io.ErrUnexpectedEOF},
			"surplus": {whole + "bytes that nobody needs", ErrEncoding},
		} {
			t.Run(name+" "+what, func(t *testing.T) {
				p := serve(t, answering(encoded(name, tc.wire)))
				_, err := begin(t, newOrigin(t, Options{URL: p.url()})).finish()
				require.ErrorIs(t, err, tc.want)
			})
		}
	}
}

func TestABodyThatInflatesOutOfProportionIsRefused(t *testing.T) {
	for name := range encoders {
		p := serve(t, answering(encoded(name, encode(name, strings.Repeat("\x00", 16<<20)))))
		_, err := begin(t, newOrigin(t, Options{URL: p.url()})).finish()
		require.ErrorIs(t, err, ErrBodyTooLarge)
	}
}

func TestAnEncodedBodyMayBeLeftUnread(t *testing.T) {
	p := serve(t, answering(encoded("gzip", encode("gzip", strings.Repeat("hello", 1000)))))
	o := newOrigin(t, Options{URL: p.url()})
	for range 2 {
		c := begin(t, o)
		require.False(t, c.conn.Reused())
		require.NoError(t, c.conn.ReadHead(&c.head, soon()))
		c.conn.Release(true)
	}
}
