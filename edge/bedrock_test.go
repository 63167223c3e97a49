package edge_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/eventstream"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

const (
	conversation = `{"messages":[{"role":"user","content":[{"text":"hi"}]}]}`
	converseText = `{"output":{"message":{"role":"assistant","content":[{"text":"Hello"}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"metrics":{"latencyMs":1}}`
	// signedBy is what an SDK of AWS sends of a request that it signs.
	signedBy = "Authorization: AWS4-HMAC-SHA256 Credential=KEY/20261125/us-east-1/bedrock/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=" +
		"0000000000000000000000000000000000000000000000000000000000000000"
)

// overBedrock is a configuration with Bedrock at url, whose key is signed with.
func overBedrock(url string, b config.Bedrock) *config.Config {
	b.AccessKey, b.SecretKey = "AKIDEXAMPLE", "a-secret-of-some-length"
	return &config.Config{Providers: map[string]config.Provider{"bedrock": {
		Network: config.Network{BaseURL: url}, Keys: []config.Key{{Name: "aws", Weight: 1, Bedrock: &b}},
	}}}
}

func TestRequestsToBedrockAreSigned(t *testing.T) {
	type asked struct {
		uri, body string
		header    http.Header
	}
	sent := make(chan asked, 1)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		sent <- asked{x.RequestURI, string(x.BodyBytes), x.Header}
		x.JSON(200, converseText)
	})
	const arn = "arn:aws:bedrock:us-east-1:123456789012:inference-profile"
	d := open(t, overBedrock(up.URL, config.Bedrock{SessionToken: "of-session", ARN: arn, Deployments: map[string]string{
		"claude": "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "other": "arn:aws:bedrock:eu-west-1:1:provisioned-model/x",
	}}))
	for model, want := range map[string]string{
		"claude": "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse",
		"other":  "/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Aprovisioned-model%2Fx/converse",
	} {
		res := d.post(t, "/v1/chat/completions", `{"model":"bedrock/`+model+`","messages":[{"role":"user","content":"hi"}]}`)
		require.Equal(t, 200, res.Status, res.Body)
		got := <-sent
		require.Equal(t, want, got.uri)
		require.JSONEq(t, conversation, got.body)
		require.Regexp(t, `^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\d{8}/us-east-1/bedrock/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$`, got.header.Get("Authorization"))
		require.Equal(t, "of-session", got.header.Get("X-Amz-Security-Token"))
		require.Contains(t, res.Body, `"content":"Hello"`)
	}
}

func TestAModelInAPathOfBedrockMayBeWrittenInAnyWay(t *testing.T) {
	asked := make(chan string, 1)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		asked <- x.RequestURI
		x.JSON(200, converseText)
	})
	d := open(t, overBedrock(up.URL, config.Bedrock{}))
	for path, want := range map[string]string{
		"/bedrock/model/anthropic.claude-v2:1/converse":                 "anthropic.claude-v2%3A1",
		"/bedrock/model/anthropic.claude-v2%3A1/converse":               "anthropic.claude-v2%3A1",
		"/bedrock/model/bedrock%2Famazon.nova-lite-v1%3A0/converse":     "amazon.nova-lite-v1%3A0",
		"/bedrock/model/bedrock/amazon.nova-lite-v1:0/converse":         "amazon.nova-lite-v1%3A0",
		"/model/amazon.nova-lite-v1%3A0/converse":                       "amazon.nova-lite-v1%3A0",
		"/litellm/bedrock//model/amazon.nova-lite-v1%3A0/converse/":     "amazon.nova-lite-v1%3A0",
		"/bedrock/model/arn%3Aaws%3Abedrock%3Aa%3A1%3Ax%2Fy.z/converse": "arn%3Aaws%3Abedrock%3Aa%3A1%3Ax%2Fy.z",
	} {
		res := d.post(t, path, conversation, strings.Replace(signedBy, "KEY", "any", 1))
		require.Equal(t, 200, res.Status, "%s: %s", path, res.Body)
		require.Equal(t, converseText, res.Body, "passes as it is")
		require.Equal(t, "/model/"+want+"/converse", <-asked)
	}
	for _, path := range []string{"/bedrock/model//converse", "/bedrock/model/a%2F..%2Fb/converse", "/bedrock/model/a%252Fb/converse", "/bedrock/model/x/y"} {
		res := d.post(t, path, conversation)
		require.Equal(t, 404, res.Status, path)
		require.Equal(t, "ResourceNotFoundException", res.Header.Get("x-amzn-errortype"), path)
	}
}

func TestTheAccessKeyIsTheVirtualKey(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, converseText) })
	cfg := overBedrock(up.URL, config.Bedrock{})
	cfg.Client.EnforceAuthOnInference = true
	cfg.Governance.VirtualKeys = []config.VirtualKey{{ID: "1", Value: "sk-asbru-with/a+slash="}}
	d := open(t, cfg)
	const path, key = "/bedrock/model/amazon.nova-lite-v1%3A0/converse", "sk-asbru-with/a+slash="
	for name, tc := range map[string]struct {
		headers []string
		status  int
		error   string
	}{
		"in the signature":     {[]string{strings.Replace(signedBy, "KEY", key, 1)}, 200, ""},
		"in the session token": {[]string{strings.Replace(signedBy, "KEY", "AKIDEXAMPLE", 1), "X-Amz-Security-Token: " + key}, 200, ""},
		"as an API key":        {[]string{"Authorization: Bearer " + key}, 200, ""},
		"another one":          {[]string{strings.Replace(signedBy, "KEY", "AKIDEXAMPLE", 1)}, 403, "AccessDeniedException"},
		"another one, stored":  {[]string{strings.Replace(signedBy, "KEY", "sk-asbru-other", 1)}, 403, "AccessDeniedException"},
		"none":                 {nil, 401, "AccessDeniedException"},
		"no signature at all":  {[]string{"Authorization: AWS4-HMAC-SHA256 x"}, 401, "AccessDeniedException"},
	} {
		t.Run(name, func(t *testing.T) {
			res := d.post(t, path, conversation, tc.headers...)
			require.Equal(t, tc.status, res.Status, res.Body)
			require.Equal(t, tc.error, res.Header.Get("x-amzn-errortype"))
			if tc.error != "" {
				require.Regexp(t, `^{"message":".+","code":"virtual_key_[a-z_]+"}$`, res.Body)
			}
		})
	}
}

func TestErrorsOfBedrockKeepTheirName(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.JSON(429, `{"message":"Model is not ready"}`, "x-amzn-ErrorType: ModelNotReadyException:http://internal.amazon.com/")
	})
	d := open(t, overBedrock(up.URL, config.Bedrock{}))
	res := d.post(t, "/bedrock/model/amazon.nova-lite-v1%3A0/converse", conversation)
	require.Equal(t, 429, res.Status)
	require.Equal(t, "ModelNotReadyException", res.Header.Get("x-amzn-errortype"))
	require.Equal(t, `{"message":"Model is not ready"}`, res.Body)
}

// frame is a frame of a stream of Bedrock's.
func frame(kind eventstream.Kind, name, payload string) []byte {
	return eventstream.AppendMessage(nil, &eventstream.Message{Kind: kind, Name: []byte(name), Payload: []byte(payload)})
}

// framesOf are the names of the frames of a stream, which must be whole.
func framesOf(t *testing.T, body string) (names []string) {
	t.Helper()
	var r eventstream.Reader
	var m eventstream.Message
	for r.Feed([]byte(body)); ; {
		ok, err := r.Next(&m)
		require.NoError(t, err)
		if !ok {
			require.False(t, r.Partial())
			return names
		}
		names = append(names, string(m.Name))
	}
}

var (
	begun = bytes.Join([][]byte{
		frame(eventstream.Event, "messageStart", `{"role":"assistant"}`),
		frame(eventstream.Event, "contentBlockDelta", `{"contentBlockIndex":0,"delta":{"text":"Hel"}}`),
	}, nil)
	throttled = frame(eventstream.Exception, "throttlingException", `{"message":"Slow down"}`)
)

const frames = "HTTP/1.1 200 OK\r\nContent-Type: " + eventstream.ContentType + "\r\nTransfer-Encoding: chunked\r\n\r\n"

func TestAnExceptionInAStreamOfBedrockIsToldOrRefusesTheCall(t *testing.T) {
	for _, path := range []string{"/bedrock/model/amazon.nova-lite-v1%3A0/converse-stream", "/v1/chat/completions"} {
		heard := make(chan struct{}, 1)
		var calls atomic.Int32
		up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
			x.Write(frames)
			if calls.Add(1) == 1 {
				x.Chunk(string(begun))
				<-heard
			}
			x.Chunk(string(throttled))
			x.EndStream()
		})
		d := open(t, overBedrock(up.URL, config.Bedrock{}))
		body := conversation
		if strings.HasPrefix(path, "/v1") {
			body = `{"model":"bedrock/amazon.nova-lite-v1:0","stream":true,"messages":[{"role":"user","content":"hi"}]}`
		}
		res, err := http.Post(d.URL(path), "application/json", strings.NewReader(body))
		require.NoError(t, err)
		defer res.Body.Close()
		require.Equal(t, 200, res.StatusCode)
		heard <- struct{}{}
		rest, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.Contains(t, string(rest), "Hel")
		require.Contains(t, string(rest), "Slow down")
		if !strings.HasPrefix(path, "/v1") {
			require.Equal(t, []string{"messageStart", "contentBlockDelta", "throttlingException"}, framesOf(t, string(rest)))
		}

		refused := d.post(t, path, body) // now it comes first
		require.Equal(t, 429, refused.Status)
		require.Contains(t, refused.Body, "Slow down")
	}
}

func TestStreamsOfBedrockEndAsTheyShould(t *testing.T) {
	whole := bytes.Join([][]byte{
		begun, frame(eventstream.Event, "contentBlockStop", `{"contentBlockIndex":0}`),
		frame(eventstream.Event, "messageStop", `{"stopReason":"end_turn"}`),
		frame(eventstream.Event, "metadata", `{"usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"metrics":{"latencyMs":1}}`),
	}, nil)
	damaged := bytes.Clone(whole)
	damaged[len(damaged)-1] ^= 1
	for name, tc := range map[string]struct {
		wire []byte
		last string // frame to a caller of Bedrock's
		text string // in what a caller of OpenAI's gets
	}{
		"whole":          {whole, "metadata", "[DONE]"},
		"cut in a frame": {whole[:len(begun)+9], "serviceUnavailableException", "stream_truncated"},
		"cut":            {begun, "serviceUnavailableException", "stream_truncated"},
		"damaged":        {append(bytes.Clone(begun), damaged[len(damaged)-100:]...), "serviceUnavailableException", "stream_truncated"},
	} {
		t.Run(name, func(t *testing.T) {
			up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
				x.Write(frames)
				x.Chunk(string(tc.wire))
				x.EndStream()
			})
			d := open(t, overBedrock(up.URL, config.Bedrock{}))
			res := d.post(t, "/bedrock/model/amazon.nova-lite-v1%3A0/converse-stream", conversation)
			require.Equal(t, 200, res.Status)
			require.Equal(t, eventstream.ContentType, res.Header.Get("content-type"))
			names := framesOf(t, res.Body)
			require.Equal(t, tc.last, names[len(names)-1])

			res = d.post(t, "/v1/chat/completions", `{"model":"bedrock/amazon.nova-lite-v1:0","stream":true,"messages":[{"role":"user","content":"hi"}]}`)
			require.Equal(t, 200, res.Status)
			require.Contains(t, res.Body, `"content":"Hel"`)
			require.Contains(t, res.Body, tc.text)
		})
	}
}

func TestAnyPathOfBedrockIsSignedToo(t *testing.T) {
	type asked struct{ uri, body, auth string }
	sent := make(chan asked, 1)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		sent <- asked{x.RequestURI, string(x.BodyBytes), x.Header.Get("Authorization")}
		x.JSON(200, `{"action":"NONE"}`)
	})
	d := open(t, overBedrock(up.URL, config.Bedrock{}))
	res := d.post(t, "/passthrough/bedrock/guardrail/g%2F1/version/1/apply?x=1", `{"source":"INPUT"}`)
	require.Equal(t, 200, res.Status, res.Body)
	got := <-sent
	require.Equal(t, "/guardrail/g%2F1/version/1/apply?x=1", got.uri)
	require.Equal(t, `{"source":"INPUT"}`, got.body)
	require.Contains(t, got.auth, "Credential=AKIDEXAMPLE/")
}
