package upstream

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp/fasthttputil"
)

// pipeTo returns a dialler whose connections never leave the process; they are
// of the kind by which the built-in mock is reached.
func pipeTo(t *testing.T, script func(int, net.Conn, *bufio.Reader)) func(context.Context, string, string) (net.Conn, error) {
	var scripts sync.WaitGroup
	t.Cleanup(scripts.Wait)
	return func(context.Context, string, string) (net.Conn, error) {
		pipe := fasthttputil.NewPipeConns()
		client, server := pipe.Conn1(), pipe.Conn2()
		scripts.Go(func() {
			defer server.Close()
			script(0, server, bufio.NewReader(server))
		})
		return client, nil
	}
}

// tlsServer echoes request bodies; its certificate is for example.com and 127.0.0.1.
func tlsServer(t *testing.T) (s *httptest.Server, ca string) {
	s = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("sni", r.TLS.ServerName)
		w.Write(body)
	}))
	t.Cleanup(s.Close)
	return s, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
}

func echo(t *testing.T, o *Origin, body string) *call {
	t.Helper()
	c := &call{}
	var err error
	c.conn, err = o.get(soon(), &c.cut)
	require.NoError(t, err)
	head := append(o.AppendStart(nil, "POST", []byte("/")), "Transfer-Encoding: chunked\r\n\r\n"...)
	half := len(body) / 2
	_, err = c.conn.Send(soon(), head, chunkOf(body[:half]), chunkOf(body[half:]), []byte("0\r\n\r\n"))
	require.NoError(t, err)
	got, err := c.finish()
	require.NoError(t, err)
	requireSame(t, body, got)
	return c
}

func chunkOf(s string) []byte {
	return fmt.Appendf(nil, "%x\r\n%s\r\n", len(s), s)
}

func TestTLSServesSmallAndLargeRequestsOnOneConnection(t *testing.T) {
	s, ca := tlsServer(t)
	o := newOrigin(t, Options{URL: s.URL, TLS: TLSOptions{CA: ca}})
	for i, size := range []int{10, 1 << 20, 100, 20000} {
		c := echo(t, o, strings.Repeat("x", size))
		require.Equal(t, i > 0, c.conn.Reused())
	}
}

func TestCertificatesAreCheckedUnlessToldOtherwise(t *testing.T) {
	s, ca := tlsServer(t)
	for name, tc := range map[string]struct {
		tls  TLSOptions
		sni  string
		fail string
	}{
		"unknown CA":   {TLSOptions{}, "", "certificate"},
		"other name":   {TLSOptions{CA: ca, ServerName: "other.test"}, "", "certificate"},
		"known CA":     {TLSOptions{CA: ca}, "", ""},
		"name given":   {TLSOptions{CA: ca, ServerName: "example.com"}, "example.com", ""},
		"not verified": {TLSOptions{InsecureSkipVerify: true}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOrigin(t, Options{URL: s.URL, TLS: tc.tls})
			if tc.fail != "" {
				_, err := o.get(soon(), &Cut{})
				require.ErrorContains(t, err, tc.fail)
				return
			}
			require.Equal(t, tc.sni, string(echo(t, o, "hello").head.Get("sni")))
		})
	}
}

func TestOldTLSIsRefused(t *testing.T) {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	s.StartTLS()
	t.Cleanup(s.Close)
	o := newOrigin(t, Options{URL: s.URL, TLS: TLSOptions{InsecureSkipVerify: true}})
	_, err := o.get(soon(), &Cut{})
	require.ErrorContains(t, err, "protocol version")
}
