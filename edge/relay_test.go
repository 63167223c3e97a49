package edge_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// behindMock is a door before the mock, which stands in for all of these providers.
func behindMock(t *testing.T, names ...string) (*door, *mock.Server) {
	t.Helper()
	m, url := serveMock(t)
	cfg := &config.Config{Providers: map[string]config.Provider{}}
	for _, name := range names {
		p := over(url).Providers["openai"]
		if name == "azure" {
			p.Keys[0].Azure = &config.Azure{Endpoint: url}
		}
		cfg.Providers[name] = p
	}
	return open(t, cfg), m
}

// last is the newest request that the mock has had.
func last(t *testing.T, m *mock.Server) *mock.Request {
	t.Helper()
	all := m.Requests()
	require.NotEmpty(t, all)
	return &all[len(all)-1]
}

func TestWhatIsRelayedPassesAsItCameButForTheModel(t *testing.T) {
	d, m := behindMock(t, "openai")
	for _, base := range []string{"/v1", "/openai/v1", "/openai", "/litellm/v1"} {
		res := d.post(t, base+"/images/generations", `{"model":"openai/gpt-image-1","prompt":"a cat","odd":[1],"fallbacks":["openai/dall-e-3"]}`)
		require.Equal(t, 200, res.Status, res.Body)
		require.Contains(t, res.Body, `"b64_json"`)
		require.Equal(t, "application/json", res.Header.Get("Content-Type"))
		require.Equal(t, "gpt-image-1", res.Header.Get("X-Asbru-Model"))
		require.Equal(t, "/v1/images/generations", last(t, m).Path)
		require.Equal(t, `{"model":"gpt-image-1","prompt":"a cat","odd":[1]}`, string(last(t, m).Body))
		require.Equal(t, "Bearer sk-canary-openai-0123456789", last(t, m).Get("Authorization"))
	}
	res := d.post(t, "/v1/moderations", `{"input":"no violence"}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Contains(t, res.Body, `"flagged":true`)
	require.Equal(t, `{"input":"no violence"}`, string(last(t, m).Body), "a model that is not named is the provider's affair")
	require.Contains(t, do(t, "GET", d.URL("/metrics"), "").Body, `operation="image_generation"`)
}

func TestSpeechComesAsBytesAndAsEvents(t *testing.T) {
	d, _ := behindMock(t, "openai")
	res := d.post(t, "/v1/audio/speech", `{"model":"openai/tts-1","input":"Hello there","voice":"alloy","response_format":"wav"}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "audio/wav", res.Header.Get("Content-Type"))
	require.Len(t, res.Body, 44+11*480)
	d.settled(t, `asbru_cost_dollars_total{dialect="openai",model="tts-1",operation="speech",provider="openai"} 0.000165`) // by characters
	res = d.post(t, "/v1/audio/speech", `{"model":"openai/tts-1-mock-bytes-1000000","input":"Hello","voice":"alloy"}`)
	require.Len(t, res.Body, 1000000)
	require.Equal(t, "audio/mpeg", res.Header.Get("Content-Type"))
	res = d.post(t, "/v1/audio/speech", `{"model":"openai/gpt-4o-mini-tts","input":"Hello","voice":"alloy","stream_format":"sse"}`)
	require.Contains(t, res.Header.Get("Content-Type"), "text/event-stream")
	require.Contains(t, res.Body, `speech.audio.done`)
	d.settled(t, `asbru_tokens_total{dialect="openai",kind="output",model="gpt-4o-mini-tts",operation="speech",provider="openai"} 1`)
	d.settled(t, "asbru_streams 0")
}

func TestPicturesAreStreamedAndTheirUsageIsCounted(t *testing.T) {
	d, _ := behindMock(t, "openai")
	res := d.post(t, "/v1/images/generations", `{"model":"openai/gpt-image-1","prompt":"a cat","stream":true,"partial_images":2}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, 2, strings.Count(res.Body, "event: image_generation.partial_image"))
	require.Contains(t, res.Body, `"type":"image_generation.completed"`)
	const counted = `asbru_tokens_total{dialect="openai",kind="output",model="gpt-image-1",operation="image_generation",provider="openai"} `
	d.settled(t, counted+"272")
	res = d.post(t, "/v1/images/generations", `{"model":"openai/gpt-image-1","prompt":"a cat","n":3}`)
	require.Equal(t, 200, res.Status, res.Body)
	d.settled(t, counted+"1088")
}

func TestARelayedStreamThatBreaksOffSaysSo(t *testing.T) {
	d, _ := behindMock(t, "openai")
	res := d.post(t, "/v1/images/generations", `{"model":"openai/i-mock-cut-1","prompt":"a cat","stream":true,"partial_images":2}`)
	require.Equal(t, 200, res.Status)
	require.Contains(t, res.Body, "stream_truncated")

	_, err := readAll(t, d, "/v1/audio/speech", `{"model":"openai/tts-mock-bytes-200000-cut-9","input":"Hello","voice":"alloy"}`)
	require.Error(t, err, "nothing can be told in a sound but that it is not whole")
}

func TestAnErrorOfARelayIsInTheCallersDialectAndTriedAgain(t *testing.T) {
	hits := 0
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		if hits++; hits == 1 {
			x.JSON(503, `{"error":{"message":"later","type":"server_error"}}`)
			return
		}
		x.JSON(400, `{"error":{"message":"no such voice","type":"invalid_request_error","param":"voice","code":null}}`)
	})
	d := open(t, with(over(up.URL), "openai", func(p *config.Provider) { p.Network.MaxRetries = 1 }))
	res := d.post(t, "/v1/audio/speech", `{"model":"openai/tts-1","input":"Hello","voice":"nobody"}`)
	require.Equal(t, 400, res.Status)
	require.JSONEq(t, `{"error":{"message":"no such voice","type":"invalid_request_error","param":"voice","code":null}}`, res.Body)
	require.Equal(t, 2, up.Hits())
}

func TestARelayFallsBackAndGoesOnlyWhereItCan(t *testing.T) {
	d, m := behindMock(t, "openai", "groq", "azure", "anthropic")
	res := d.post(t, "/v1/audio/speech", `{"model":"openai/tts-mock-status-500","input":"Hello","voice":"a","fallbacks":["groq/playai-tts"]}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "groq", res.Header.Get("X-Asbru-Provider"))

	res = d.post(t, "/v1/images/generations", `{"model":"azure/my-images","prompt":"a cat"}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "/openai/deployments/my-images/images/generations?api-version=2024-10-21", last(t, m).Path)

	for body, code := range map[string]string{
		`{"model":"anthropic/claude","prompt":"a cat"}`:        "operation_not_supported",
		`{"model":"openai/a","model":"openai/b","prompt":"x"}`: "duplicate_field",
		`{"model":"openai/..","prompt":"x"}`:                   "invalid_model",
		`[]`:                                                   "invalid_json",
	} {
		res = d.post(t, "/v1/images/generations", body)
		require.Equal(t, 400, res.Status, res.Body)
		got, _ := errorOf(t, "openai", res)
		require.Equal(t, code, got)
	}
	res = d.post(t, "/v1/images/generations", `{"prompt":"a cat"}`, "X-Model-Provider: azure")
	require.Equal(t, "azure", res.Header.Get("X-Asbru-Provider"))
	res = d.post(t, "/v1/images/generations?model=azure/other", `{}`)
	require.Equal(t, `{"model":"other"}`, string(last(t, m).Body))
	require.Equal(t, 400, res.Status)
	res = d.post(t, "/v1/async/images/generations", `{"model":"openai/a","prompt":"a cat"}`)
	require.Equal(t, http.StatusBadGateway, res.Status)
}

func TestARelayIsBoundByTheModelsOfItsKey(t *testing.T) {
	m, url := serveMock(t)
	cfg := over(url)
	cfg.Governance.VirtualKeys = []config.VirtualKey{{
		ID: "vk1", Value: "sk-asbru-relay", Providers: []config.VirtualKeyProvider{{Provider: "openai", AllowedModels: []string{"tts-1"}}},
	}}
	d := open(t, cfg)
	ask := func(path, body string) string {
		res := d.post(t, path, body, "Authorization: Bearer sk-asbru-relay")
		if res.Status == 200 {
			return ""
		}
		require.Equal(t, 403, res.Status, res.Body)
		code, _ := errorOf(t, "openai", res)
		return code
	}
	require.Empty(t, ask("/v1/audio/speech", `{"model":"openai/tts-1","input":"Hello","voice":"a"}`))
	require.Equal(t, "model_blocked", ask("/v1/audio/speech", `{"model":"openai/tts-2","input":"Hello","voice":"a"}`))
	require.Equal(t, "model_blocked", ask("/v1/images/generations", `{"prompt":"a cat"}`))
	require.Zero(t, m.Stats().Hits-1)
}

// readAll posts and reads the whole answer, with the error that ended it.
func readAll(t *testing.T, d *door, path, body string) (string, error) {
	t.Helper()
	res, err := http.Post(d.URL(path), "application/json", strings.NewReader(body))
	require.NoError(t, err)
	defer res.Body.Close()
	var b strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := res.Body.Read(buf)
		b.Write(buf[:n])
		if err != nil {
			if err.Error() == "EOF" {
				err = nil
			}
			return b.String(), err
		}
	}
}
