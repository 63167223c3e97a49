package logs3_test

import (
	"bytes"
	"compress/gzip"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/logs3"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink/sinktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func settings(url string) string {
	return `{"bucket":"my-logs","region":"eu-central-1","endpoint":"` + url + `","prefix":"gateway/","access_key":"AKIDEXAMPLE","secret_key":"hush","session_token":"tok","content":true}`
}

func TestBatchesArePutAsObjects(t *testing.T) {
	web := sinktest.Serve(t, sinktest.Answer{Status: 500}, sinktest.Answer{Status: 200})
	counts := sinktest.Tell(t, logs3.Kind(), settings(web.URL), sinktest.Done(), sinktest.Done())
	require.Equal(t, map[string]int{"retried": 2, "sent": 2}, counts)
	all := web.Requests()
	require.Len(t, all, 2)
	require.Equal(t, all[0].Path, all[1].Path, "what is put again has the same name")
	r := all[1]
	require.Equal(t, "PUT", r.Method)
	require.Regexp(t, `^/my-logs/gateway/\d{4}/\d\d/\d\d/\d\d/\d{8}T\d{6}Z-[0-9a-f]{16}\.ndjson\.gz$`, r.Path)
	requireSigned(t, r, strings.TrimPrefix(web.URL, "http://"), "hush")
	plain, err := gzip.NewReader(bytes.NewReader(r.Body))
	require.NoError(t, err)
	body, err := io.ReadAll(plain)
	require.NoError(t, err)
	require.Len(t, strings.Split(strings.TrimSpace(string(body)), "\n"), 2)
	require.Contains(t, string(body), "Hello")
}

// requireSigned computes the signature as AWS describes it, from the request as it came.
func requireSigned(t *testing.T, r sinktest.Request, host, secret string) {
	t.Helper()
	sum := sha256.Sum256(r.Body)
	hash := hex.EncodeToString(sum[:])
	require.Equal(t, hash, r.Header.Get("X-Amz-Content-Sha256"))
	parts := regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/(\d{8})/eu-central-1/s3/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$`).
		FindStringSubmatch(r.Header.Get("Authorization"))
	require.NotNil(t, parts, r.Header.Get("Authorization"))
	canonical := r.Method + "\n" + r.Path + "\n" + r.Query + "\n"
	for name := range strings.SplitSeq(parts[2], ";") {
		value := r.Header.Get(name)
		switch name {
		case "host":
			value = host
		case "content-length":
			value = strings.TrimSpace(value)
		}
		canonical += name + ":" + value + "\n"
	}
	canonical += "\n" + parts[2] + "\n" + hash
	of := sha256.Sum256([]byte(canonical))
	toSign := "AWS4-HMAC-SHA256\n" + r.Header.Get("X-Amz-Date") + "\n" + parts[1] + "/eu-central-1/s3/aws4_request\n" + hex.EncodeToString(of[:])
	key := []byte("AWS4" + secret)
	for _, step := range []string{parts[1], "eu-central-1", "s3", "aws4_request", toSign} {
		h := hmac.New(sha256.New, key)
		_, _ = h.Write([]byte(step))
		key = h.Sum(nil)
	}
	require.Equal(t, hex.EncodeToString(key), parts[3])
}

func TestSettingsThatMakeNoSenseAreRefused(t *testing.T) {
	for settings, want := range map[string]string{
		`{}`:                               "bucket: is required",
		`{"bucket":"A B"}`:                 "bucket: is no name",
		`{"bucket":"abc","prefix":"../x"}`: "prefix: may have",
		`{"bucket":"abc","prefix":"a b"}`:  "prefix: may have",
		`{"bucket":"abc","access_key":"AKIDEXAMPLE0123"}`:      "secret_key: is wanted",
		`{"bucket":"abc","endpoint":"http://minio.example:9"}`: "endpoint: the URL must begin with https://",
	} {
		_, err := logs3.Kind().Make(plugin.Env{}, json.RawMessage(settings))
		require.ErrorContains(t, err, want, settings)
	}
}
