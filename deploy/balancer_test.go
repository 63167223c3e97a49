package deploy_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/integration/ports"
	"github.com/stretchr/testify/require"
)

// balancer starts HAProxy with the configuration of deploy/compose, but for addresses:
// this machine's, and one edge.
func balancer(t *testing.T, edge, certificate string) (plain, secure string) {
	t.Helper()
	program, err := exec.LookPath("haproxy")
	if err != nil {
		t.Skip("HAProxy is not installed (Debian package haproxy)")
	}
	plain, secure = ports.Address(t), ports.Address(t)
	cfg := read(t, "compose/haproxy.cfg")
	cfg = strings.Replace(cfg, "bind :8080", "bind "+plain, 1)
	cfg = strings.Replace(cfg, "bind :8443", "bind "+secure, 1)
	cfg = regexp.MustCompile(`(?m)^resolvers docker\n(    .*\n)+|^ +(default-server|server|option httpchk|http-check) .*\n`).ReplaceAllString(cfg, "")
	file := filepath.Join(t.TempDir(), "haproxy.cfg")
	require.NoError(t, os.WriteFile(file, fmt.Appendf(nil, "%s    server edge %s\n", cfg, edge), 0o600))
	var said bytes.Buffer
	run := exec.CommandContext(t.Context(), program, "-db", "-f", file)
	run.Env = append(os.Environ(), "TLS_CERT="+certificate)
	run.Stdout, run.Stderr = &said, &said
	require.NoError(t, run.Start())
	t.Cleanup(func() {
		_ = run.Process.Kill() // it may have ended by itself
		_ = run.Wait()
		if t.Failed() {
			t.Log(said.String())
		}
	})
	return plain, secure
}

// certificateOf writes a server's certificate with its key as HAProxy wants it.
func certificateOf(t *testing.T, s *httptest.Server) string {
	t.Helper()
	pair := s.TLS.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	require.NoError(t, err)
	both := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})
	both = append(both, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...)
	file := filepath.Join(t.TempDir(), "tls.pem")
	require.NoError(t, os.WriteFile(file, both, 0o600))
	return file
}

// client speaks one version of HTTP and no other.
func client(t *testing.T, s *httptest.Server, set func(p *http.Protocols)) *http.Client {
	var only http.Protocols
	set(&only)
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	transport := &http.Transport{Protocols: &only, TLSClientConfig: &tls.Config{RootCAs: pool}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func TestTheBalancerTakesHTTP2WithAndWithoutTLS(t *testing.T) {
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto+" "+r.URL.RequestURI()) })
	edge := httptest.NewServer(answer)
	defer edge.Close()
	certified := httptest.NewTLSServer(answer)
	defer certified.Close()
	plain, secure := balancer(t, edge.Listener.Addr().String(), certificateOf(t, certified))
	for name, tc := range map[string]struct {
		origin string
		set    func(p *http.Protocols)
		proto  string
	}{
		"HTTP/1.1":              {"http://" + plain, func(p *http.Protocols) { p.SetHTTP1(true) }, "HTTP/1.1"},
		"HTTP/2 from the start": {"http://" + plain, func(p *http.Protocols) { p.SetUnencryptedHTTP2(true) }, "HTTP/2.0"},
		"HTTP/1.1 over TLS":     {"https://" + secure, func(p *http.Protocols) { p.SetHTTP1(true) }, "HTTP/1.1"},
		"HTTP/2 over TLS":       {"https://" + secure, func(p *http.Protocols) { p.SetHTTP2(true) }, "HTTP/2.0"},
	} {
		t.Run(name, func(t *testing.T) {
			c := client(t, certified, tc.set)
			var res *http.Response
			require.Eventually(t, func() (ok bool) {
				var err error
				res, err = c.Get(tc.origin + "/bedrock/model/a%3Ab%2Fc/converse")
				return err == nil
			}, time.Minute, 50*time.Millisecond, "it listens")
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			require.NoError(t, err)
			require.Equal(t, tc.proto, res.Proto)
			require.Equal(t, "HTTP/1.1 /bedrock/model/a%3Ab%2Fc/converse", string(body), "an edge speaks HTTP/1.1, and gets the path as it was")
		})
	}
}

func TestTheBalancerNeedsNoCertificate(t *testing.T) {
	edge := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer edge.Close()
	plain, _ := balancer(t, edge.Listener.Addr().String(), "")
	require.Eventually(t, func() bool {
		res, err := http.Get("http://" + plain + "/")
		if err != nil {
			return false
		}
		return res.Body.Close() == nil
	}, time.Minute, 50*time.Millisecond)
}
