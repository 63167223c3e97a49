package upstream

import (
	"bufio"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestOptionsThatCannotWorkAreRefusedWithoutCredentials(t *testing.T) {
	for name, tc := range map[string]struct {
		options Options
		want    string
	}{
		"no scheme":              {Options{URL: "api.example.com"}, "url must begin with http"},
		"other scheme":           {Options{URL: "ftp://x"}, "url must begin with http"},
		"malformed url":          {Options{URL: "http://u:secret@x:y"}, "url is malformed"},
		"no host":                {Options{URL: "http://:80/v1"}, "url has no host"},
		"user in url":            {Options{URL: "http://u:secret@x"}, "no user"},
		"query in url":           {Options{URL: "http://x/?key=secret"}, "no user, query"},
		"line break in host":     {Options{URL: "http://x%0d%0ay/"}, "url"},
		"CA is no PEM":           {Options{URL: "https://x", TLS: TLSOptions{CA: "secret"}}, "CA holds no PEM"},
		"unknown proxy type":     {Options{URL: "http://x", Proxy: ProxyOptions{Type: "ftp"}}, "proxy type"},
		"proxy without url":      {Options{URL: "http://x", Proxy: ProxyOptions{Type: "http"}}, "proxy url"},
		"proxy url is malformed": {Options{URL: "http://x", Proxy: ProxyOptions{Type: "http", URL: "http://u:secret@x:y"}}, "proxy url"},
		"proxy of other type":    {Options{URL: "http://x", Proxy: ProxyOptions{Type: "socks5", URL: "http://u:secret@x"}}, "does not fit"},
		"proxy CA is no PEM":     {Options{URL: "http://x", Proxy: ProxyOptions{Type: "http", URL: "https://x", CA: "secret"}}, "CA holds no PEM"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewOrigin(tc.options)
			require.ErrorContains(t, err, tc.want)
			require.NotContains(t, err.Error(), "secret")
		})
	}
}

func TestTheRequestLineIsMadeOfPrefixAndPath(t *testing.T) {
	for name, tc := range map[string]struct {
		options    Options
		path, want string
	}{
		"plain":          {Options{URL: "http://api.example.com"}, "/v1/x?a=b", "POST /v1/x?a=b HTTP/1.1\r\nHost: api.example.com\r\n"},
		"prefix":         {Options{URL: "https://h:8443/a%20b/"}, "/v1", "POST /a%20b/v1 HTTP/1.1\r\nHost: h:8443\r\n"},
		"injected":       {Options{URL: "http://h"}, "/m/a\r\nX: y\x00\x7fé", "POST /m/a%0D%0AX:%20y%00%7F%C3%A9 HTTP/1.1\r\nHost: h\r\n"},
		"https by proxy": {Options{URL: "https://h", Proxy: ProxyOptions{Type: "http", URL: "http://p:1"}}, "/v1", "POST /v1 HTTP/1.1\r\nHost: h\r\n"},
		"http by proxy": {
			Options{URL: "http://h/x", Proxy: ProxyOptions{Type: "http", URL: "http://p:1", Username: "u", Password: "p"}},
			"/v1",
			"POST http://h/x/v1 HTTP/1.1\r\nHost: h\r\nProxy-Authorization: Basic dTpw\r\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOrigin(t, tc.options)
			require.Equal(t, tc.want, string(o.AppendStart(nil, "POST", []byte(tc.path))))
		})
	}
}

func TestTheConnectionUsedLastIsUsedFirst(t *testing.T) {
	p := serve(t, answering(hi))
	o := newOrigin(t, Options{URL: p.url()})
	a, b := begin(t, o), begin(t, o)
	for _, c := range []*call{a, b} {
		_, err := c.finish()
		require.NoError(t, err)
	}
	for range 3 {
		c := begin(t, o)
		require.Same(t, b.conn, c.conn)
		_, err := c.finish()
		require.NoError(t, err)
	}
	require.Equal(t, 2, p.accepted())
}

func TestConnectionsThatLieIdleForLongAreClosed(t *testing.T) {
	closed := make(chan struct{}, 2)
	p := serve(t, func(_ int, c net.Conn, r *bufio.Reader) {
		answering(hi)(0, c, r)
		closed <- struct{}{}
	})
	o := newOrigin(t, Options{URL: p.url(), IdleTimeout: 20 * time.Millisecond})
	a, b := begin(t, o), begin(t, o)
	for _, c := range []*call{a, b} {
		_, err := c.finish()
		require.NoError(t, err)
	}
	<-closed
	<-closed
	require.False(t, begin(t, o).conn.Reused())
}

func TestAClosedOriginKeepsNoConnection(t *testing.T) {
	closed := make(chan struct{}, 3)
	p := serve(t, func(_ int, c net.Conn, r *bufio.Reader) {
		answering(hi)(0, c, r)
		closed <- struct{}{}
	})
	o := newOrigin(t, Options{URL: p.url()})
	idle, busy := begin(t, o), begin(t, o)
	_, err := idle.finish()
	require.NoError(t, err)
	o.Close()
	<-closed
	body, err := busy.finish()
	require.NoError(t, err)
	require.Equal(t, "hi", body)
	<-closed
	late := begin(t, o) // by a call that began before the origin was given up
	_, err = late.finish()
	require.NoError(t, err)
	<-closed
}

func TestReleaseCountsOnce(t *testing.T) {
	p := serve(t, answering(hi))
	o := newOrigin(t, Options{URL: p.url()})
	c := begin(t, o)
	_, err := c.finish()
	require.NoError(t, err)
	c.conn.Release(true)
	require.Len(t, o.idle.conns, 1)
}

func TestAConnectionInMemoryServesAsWell(t *testing.T) {
	o := newOrigin(t, Options{URL: "http://mock", Dial: pipeTo(t, answering(hi))})
	for i := range 3 {
		c := begin(t, o)
		require.Equal(t, i > 0, c.conn.Reused())
		body, err := c.finish()
		require.NoError(t, err)
		require.Equal(t, "hi", body)
	}
}
