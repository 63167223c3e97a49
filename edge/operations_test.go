package edge_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestHealthAndMetrics(t *testing.T) {
	d := open(t, over("http://127.0.0.1:1"))
	require.Equal(t, 200, do(t, "GET", d.URL("/livez"), "").Status)
	for _, path := range []string{"/readyz", "/health"} {
		res := do(t, "GET", d.URL(path), "")
		require.Equal(t, 200, res.Status)
		require.JSONEq(t, `{"status":"ready","config":{"revision":1,"providers":3}}`, res.Body)
	}
	res := do(t, "GET", d.URL("/metrics"), "")
	require.Equal(t, 200, res.Status)
	require.Contains(t, res.Body, "asbru_build_info")
	require.Contains(t, res.Body, `asbru_pool_slots{provider="openai"} 1000`)
}

func TestAReloadDropsNoRequest(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	d := open(t, over(up.URL))
	ctx, stop := context.WithCancel(t.Context())
	var asking sync.WaitGroup
	var answered atomic.Int64
	for range 4 {
		asking.Go(func() {
			for ctx.Err() == nil {
				if !assertStatus(t, d.chat(t, "openai", "openai", ""), 200) {
					return
				}
				answered.Add(1)
			}
		})
	}
	for i := range 20 {
		before := answered.Load()
		require.NoError(t, d.Gateway.Apply(with(over(up.URL), "openai", func(p *config.Provider) {
			p.Network.ConnectTimeoutMs = 1000 + i // another way to the provider: new connections
			p.Keys = append(p.Keys, config.Key{Name: fmt.Sprint("more-", i), Value: "sk-more", Weight: 1})
		})))
		require.Eventually(t, func() bool { return answered.Load() > before+5 }, patience, time.Millisecond)
	}
	stop()
	asking.Wait()
	require.EqualValues(t, 21, d.Gateway.Revision())
}

func assertStatus(t *testing.T, res answer, want int) bool {
	t.Helper()
	if res.Status != want {
		t.Errorf("status %d: %s", res.Status, res.Body)
	}
	return res.Status == want
}

func TestABadConfigurationChangesNothing(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	d := open(t, over(up.URL))
	bad := over(up.URL)
	bad.Providers["house"] = config.Provider{Custom: &config.Custom{BaseProviderType: "nothing"}}
	require.ErrorContains(t, d.Gateway.Apply(bad), "providers.house")
	require.EqualValues(t, 1, d.Gateway.Revision())
	require.Equal(t, 200, d.chat(t, "openai", "openai", "").Status)
}

func TestTLSCertificatesAreReadAgainWhenTheyChange(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	writeCertificate(t, certFile, keyFile, 1)
	cfg := over("http://127.0.0.1:1")
	cfg.Server.TLSCertFile, cfg.Server.TLSKeyFile = certFile, keyFile
	d := open(t, cfg)
	serial := func() int64 {
		c, err := tls.Dial("tcp", d.Addr, &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // the certificate is the test's own
		require.NoError(t, err)
		defer c.Close()
		fmt.Fprintf(c, "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		require.NoError(t, err)
		require.Equal(t, 200, res.StatusCode)
		return c.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	require.EqualValues(t, 1, serial())
	require.NoError(t, os.WriteFile(certFile, []byte("half"), 0o600))
	writeCertificate(t, certFile, keyFile, 22222)
	require.Eventually(t, func() bool { return serial() == 22222 }, patience, 100*time.Millisecond)
}

func writeCertificate(t *testing.T, certFile, keyFile string, serial int64) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	keyDER, err := x509.MarshalECPrivateKey(key)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDER}), 0o600))
}

func TestCORSIsForAllowedOriginsAlone(t *testing.T) {
	cfg := over("http://127.0.0.1:1")
	cfg.Client.AllowedOrigins = []string{"https://good.example"}
	d := open(t, cfg)
	res := do(t, "OPTIONS", d.URL("/v1/chat/completions"), "", "Origin: https://good.example", "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: authorization")
	require.Equal(t, 204, res.Status)
	require.Equal(t, "https://good.example", res.Header.Get("Access-Control-Allow-Origin"))
	require.Equal(t, "authorization", res.Header.Get("Access-Control-Allow-Headers"))
	res = do(t, "OPTIONS", d.URL("/v1/chat/completions"), "", "Origin: https://evil.example")
	require.Empty(t, res.Header.Get("Access-Control-Allow-Origin"))
}

func TestRequestIDsAreKeptIfTheyAreFit(t *testing.T) {
	d := open(t, over("http://127.0.0.1:1"))
	require.Equal(t, "abc-1", d.post(t, "/v1/chat/completions", "{}", "x-request-id: abc-1").Header.Get("x-request-id"))
	id := d.post(t, "/v1/chat/completions", "{}", "x-request-id: "+strings.Repeat("x", 300)).Header.Get("x-request-id")
	require.Len(t, id, 32)
}

func TestTheLogHoldsNoSecretHoweverBadTheRequest(t *testing.T) {
	var text safeBuffer
	log := slog.New(slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug}))
	d := openOptions(t, over("http://127.0.0.1:1"), gateway.Options{Log: log})
	for _, request := range []string{
		"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk-canary\r\nno colon sk-canary\r\n\r\n",
		"POST /v1/chat/completions?key=sk-canary HTTP/1.1\r\nHost: x\r\nX-Api-Key: sk-canary\r\nContent-Length: five\r\n\r\n",
		"POST sk-canary\r\n\r\n",
		"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk-canary\r\nX: " + strings.Repeat("y", 64<<10) + "\r\n\r\n",
		"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk-canary\r\nTransfer-Encoding: chunked\r\n\r\nsk-canary\r\n",
	} {
		res, _ := raw(t, d.Addr, request)
		require.NotContains(t, res.Body, "canary")
	}
	d.chat(t, "openai", "openai", "", "Authorization: Bearer sk-canary")
	require.NotContains(t, text.String(), "canary")
}

// safeBuffer collects what several goroutines write.
type safeBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func TestTheOverheadIsTheGatewaysOwnTime(t *testing.T) {
	t.Parallel()
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		time.Sleep(1500 * time.Millisecond) // the provider's time
		if x.N == 1 {
			x.JSON(503, `{"error":{"message":"busy"}}`)
			return
		}
		x.JSON(200, wholeAnswers["openai"])
	})
	d := open(t, retrying(over(up.URL), "openai", 1))
	require.Equal(t, 200, d.chat(t, "openai", "openai", "").Status)
	metrics := do(t, "GET", d.URL("/metrics"), "").Body
	require.Contains(t, metrics, `asbru_overhead_seconds_count{dialect="openai",model="m",operation="chat",provider="openai"} 1`)
	sum := regexp.MustCompile(`asbru_overhead_seconds_sum\{.*\} (.+)`).FindStringSubmatch(metrics)
	require.NotNil(t, sum)
	overhead, err := strconv.ParseFloat(sum[1], 64)
	require.NoError(t, err)
	require.Less(t, overhead, 1.5, "some of the provider's time is in it")
	require.Contains(t, metrics, `asbru_request_duration_seconds_bucket{dialect="openai",model="m",operation="chat",provider="openai",le="0.64"} 0`)
}
