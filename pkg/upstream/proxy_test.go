package upstream

import (
	"bufio"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// httpProxy answers CONNECT with a tunnel and other requests by itself. It
// reports what it was asked for.
func httpProxy(t *testing.T, useTLS bool) (s *httptest.Server, asked chan *http.Request) {
	asked = make(chan *http.Request, 10)
	s = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r
		if r.Header.Get("Proxy-Authorization") != "Basic dTpw" {
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		if r.Method != http.MethodConnect {
			io.WriteString(w, "from the proxy")
			return
		}
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n")
		tunnel(conn, r.Host)
	}))
	if useTLS {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s, asked
}

// tunnel carries bytes between conn and addr until either closes.
func tunnel(conn net.Conn, addr string) {
	defer conn.Close()
	to, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer to.Close()
	var back sync.WaitGroup
	back.Go(func() {
		io.Copy(conn, to)
		conn.Close()
	})
	io.Copy(to, conn)
	to.Close()
	back.Wait()
}

func TestAnHTTPProxyIsTunnelledThroughForTLS(t *testing.T) {
	s, ca := tlsServer(t)
	for _, useTLS := range []bool{false, true} {
		p, asked := httpProxy(t, useTLS)
		proxy := ProxyOptions{Type: ProxyHTTP, URL: p.URL, Username: "u", Password: "p"}
		if useTLS {
			proxy.CA = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.Certificate().Raw}))
		}
		o := newOrigin(t, Options{URL: s.URL, TLS: TLSOptions{CA: ca}, Proxy: proxy})
		require.False(t, echo(t, o, "hello").conn.Reused())
		require.True(t, echo(t, o, "hello").conn.Reused())
		r := <-asked
		require.Equal(t, http.MethodConnect, r.Method)
		require.Equal(t, s.Listener.Addr().String(), r.Host)
		require.Empty(t, asked)
		o.Close()
	}
}

func TestAnHTTPProxyIsAskedForTheWholeURLWithoutTLS(t *testing.T) {
	p, asked := httpProxy(t, false)
	o := newOrigin(t, Options{URL: "http://nowhere.test/x", Proxy: ProxyOptions{Type: ProxyHTTP, URL: p.URL, Username: "u", Password: "p"}})
	body, err := begin(t, o).finish()
	require.NoError(t, err)
	require.Equal(t, "from the proxy", body)
	require.Equal(t, "http://nowhere.test/x/v1/x", (<-asked).URL.String())
}

func TestAProxyThatRefusesIsAnErrorBeforeAnythingIsSent(t *testing.T) {
	p, _ := httpProxy(t, false)
	o := newOrigin(t, Options{URL: "https://nowhere.test", Proxy: ProxyOptions{Type: ProxyHTTP, URL: p.URL, Username: "u", Password: "wrong"}})
	_, err := o.get(soon(), &Cut{})
	require.ErrorContains(t, err, "407")
	require.NotContains(t, err.Error(), "wrong")
}

func TestACutEndsTheTalkWithAProxy(t *testing.T) {
	var cut Cut
	p := serve(t, func(_ int, _ net.Conn, r *bufio.Reader) {
		http.ReadRequest(r)
		cut.Fire()
		r.ReadByte()
	})
	o := newOrigin(t, Options{URL: "https://nowhere.test", Proxy: ProxyOptions{Type: ProxyHTTP, URL: p.url()}})
	_, err := o.get(soon(), &cut)
	require.ErrorIs(t, err, ErrCut)
}

// socks5 is the least of RFC 1928 and RFC 1929 that a client needs.
func socks5(t *testing.T, to string, asked chan<- string) *provider {
	return serve(t, func(_ int, c net.Conn, r *bufio.Reader) {
		greeting := make([]byte, 2)
		io.ReadFull(r, greeting)
		io.CopyN(io.Discard, r, int64(greeting[1]))
		c.Write([]byte{5, 2})
		auth := make([]byte, 5) // version, 1, "u", 1, "p"
		io.ReadFull(r, auth)
		if string(auth) != "\x01\x01u\x01p" {
			c.Write([]byte{1, 1})
			return
		}
		c.Write([]byte{1, 0})
		head := make([]byte, 5) // version, command, 0, type, length of the name
		io.ReadFull(r, head)
		name := make([]byte, int(head[4])+2)
		io.ReadFull(r, name)
		asked <- string(name[:head[4]])
		c.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
		tunnel(c, to)
	})
}

func TestASOCKS5ProxyResolvesTheNameItself(t *testing.T) {
	s, ca := tlsServer(t)
	asked := make(chan string, 1)
	p := socks5(t, s.Listener.Addr().String(), asked)
	o := newOrigin(t, Options{
		URL: "https://example.com", TLS: TLSOptions{CA: ca},
		Proxy: ProxyOptions{Type: ProxySOCKS5, URL: "socks5://u:p@" + p.Addr().String()},
	})
	echo(t, o, "hello")
	require.Equal(t, "example.com", <-asked)
}

func TestTheEnvironmentNamesTheProxy(t *testing.T) {
	p, asked := httpProxy(t, false)
	t.Setenv("HTTP_PROXY", "http://u:p@"+p.Listener.Addr().String())
	t.Setenv("NO_PROXY", "direct.test")
	o := newOrigin(t, Options{URL: "http://nowhere.test", Proxy: ProxyOptions{Type: ProxyEnvironment}})
	body, err := begin(t, o).finish()
	require.NoError(t, err)
	require.Equal(t, "from the proxy", body)
	require.Equal(t, "nowhere.test", (<-asked).Host)

	o = newOrigin(t, Options{URL: "http://direct.test", Proxy: ProxyOptions{Type: ProxyEnvironment}})
	require.Equal(t, "GET / HTTP/1.1\r\nHost: direct.test\r\n", string(o.AppendStart(nil, "GET", []byte("/"))))
}

func TestAnExceptedHostIsReachedWithoutTheProxy(t *testing.T) {
	through := ProxyOptions{Type: ProxyHTTP, URL: "http://proxy:3128", Except: "direct.test, .inner.test"}
	for host, direct := range map[string]bool{"direct.test": true, "a.inner.test": true, "nowhere.test": false} {
		o := newOrigin(t, Options{URL: "http://" + host, Proxy: through})
		start := string(o.AppendStart(nil, "GET", []byte("/")))
		require.Equal(t, direct, start == "GET / HTTP/1.1\r\nHost: "+host+"\r\n", start)
	}
}
