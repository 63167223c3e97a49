package loghttp_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/loghttp"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink/sinktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, goleak.IgnoreCurrent()) }

func TestCallsArePosted(t *testing.T) {
	web := sinktest.Serve(t, sinktest.Answer{Status: 503}, sinktest.Answer{Status: 200})
	counts := sinktest.Tell(t, loghttp.Kind(), `{"url":"`+web.URL+`/in?x=1","authorization":"Bearer s","send_headers":{"X-Source":"asbru"},"content":true,"header_names":["x-session"]}`,
		sinktest.Done(), sinktest.Done())
	require.Equal(t, map[string]int{"retried": 2, "sent": 2}, counts)
	all := web.Requests()
	require.Len(t, all, 2)
	require.Equal(t, all[0].Body, all[1].Body)
	r := all[1]
	require.Equal(t, []string{"/in", "x=1", "Bearer s", "asbru", "application/x-ndjson"},
		[]string{r.Path, r.Query, r.Header.Get("Authorization"), r.Header.Get("X-Source"), r.Header.Get("Content-Type")})
	lines := strings.Split(strings.TrimSpace(string(r.Body)), "\n")
	require.Len(t, lines, 2)
	require.Contains(t, lines[0], `"headers":{"x-session":"s1"}`)
	require.Contains(t, lines[0], "Hello")
}

func TestCallsArePostedAsACompressedArray(t *testing.T) {
	web := sinktest.Serve(t, sinktest.Answer{Status: 202})
	sinktest.Tell(t, loghttp.Kind(), `{"url":"`+web.URL+`","format":"json","gzip":true}`, sinktest.Done(), sinktest.Done())
	r := web.Requests()[0]
	require.Equal(t, "gzip", r.Header.Get("Content-Encoding"))
	plain, err := gzip.NewReader(bytes.NewReader(r.Body))
	require.NoError(t, err)
	body, err := io.ReadAll(plain)
	require.NoError(t, err)
	var calls []map[string]any
	require.NoError(t, json.Unmarshal(body, &calls))
	require.Len(t, calls, 2)
	require.NotContains(t, calls[0], "request")
}

func TestWhatTheTargetRefusesIsNotSentAgain(t *testing.T) {
	web := sinktest.Serve(t, sinktest.Answer{Status: 401})
	require.Equal(t, map[string]int{"dropped": 1}, sinktest.Tell(t, loghttp.Kind(), `{"url":"`+web.URL+`"}`, sinktest.Done()))
	require.Len(t, web.Requests(), 1)
}

func TestSettingsThatMakeNoSenseAreRefused(t *testing.T) {
	for settings, want := range map[string]string{
		`{}`:                         "url: is required",
		`{"url":"ftp://x.example"}`:  "url: the URL must begin with",
		`{"url":"http://x.example"}`: "url: the URL must begin with https://",
		`{"url":"https://10.0.0.1"}`: "url: ",
		`{"url":"https://x.example","send_headers":{"a b":"x"}}`:   "send_headers.a b: is no header",
		`{"url":"https://x.example","header_names":["x-api-key"]}`: "header_names: x-api-key holds a credential",
		`{"url":"https://x.example","batch":{"lines":0}}`:          "batch.lines",
	} {
		_, err := loghttp.Kind().Make(plugin.Env{}, json.RawMessage(settings))
		require.ErrorContains(t, err, want, settings)
	}
}
