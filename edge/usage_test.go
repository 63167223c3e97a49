package edge_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/prompt"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
)

// recording opens an edge that hands out the record of each call.
func recording(t *testing.T, up *upstreamtest.Server) (*door, <-chan telemetry.Record) {
	records := make(chan telemetry.Record, 10)
	return openWith(t, over(up.URL), gateway.Hooks{Done: func(r *telemetry.Record) { records <- *r }}), records
}

func TestAUsageOfZeroIsAUsage(t *testing.T) {
	zero := strings.NewReplacer(`_tokens":7`, `_tokens":0`, `_tokens":9`, `_tokens":0`, `_tokens":2`, `_tokens":0`, `_tokens":1`, `_tokens":0`,
		`TokenCount":7`, `TokenCount":0`, `TokenCount":2`, `TokenCount":0`, `TokenCount":9`, `TokenCount":0`)
	for provider, events := range streams {
		up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
			x.StartStream()
			for _, ev := range events {
				x.Chunk(zero.Replace(ev))
			}
			x.EndStream()
		})
		d, records := recording(t, up)
		for dialect := range providerOf {
			require.Equal(t, 200, d.stream(t, dialect, provider, "").Status)
			r := <-records
			require.True(t, r.Usage.Known)
			require.False(t, r.Usage.Estimated, "%s from %s", dialect, provider)
			require.Zero(t, r.Usage.Output, "%s from %s", dialect, provider)
			require.False(t, r.Truncated)
		}
	}
}

func TestAStreamThatIsCutIsEstimatedByWhatItSaid(t *testing.T) {
	text := strings.Repeat("word ", 200)
	for provider, content := range map[string]int{"openai": 1, "anthropic": 2, "gemini": 0} {
		up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
			x.StartStream()
			for _, ev := range streams[provider][:content+1] {
				x.Chunk(strings.Replace(ev, "one ", text, 1))
			}
			x.Close()
		})
		d, records := recording(t, up)
		for dialect := range providerOf {
			require.Contains(t, d.stream(t, dialect, provider, "").Body, "stream_truncated")
			r := <-records
			require.True(t, r.Truncated)
			require.True(t, r.Usage.Estimated, "%s from %s", dialect, provider)
			require.InDelta(t, len(text)/4, r.Usage.Output, 5, "%s from %s", dialect, provider)
			if provider == "anthropic" {
				require.EqualValues(t, 7, r.Usage.Input, "what the provider has said counts")
			}
		}
	}
}

func TestWhatTheCallerGivesAlongIsRecordedWithinBounds(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	d, records := recording(t, up)
	for name, tc := range map[string]struct{ sent, kept string }{
		"none":        {"", ""},
		"pairs":       {"team=blue, tier=gold", "team=blue, tier=gold"},
		"too many":    {strings.Repeat("k=12345678,", 300), strings.TrimSuffix(strings.Repeat("k=12345678,", 186), ",")},
		"one too big": {"k=" + strings.Repeat("v", 5000), ""},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, 200, d.chat(t, "openai", "openai", "", "X-Asbru-Metadata: "+tc.sent).Status)
			require.Equal(t, tc.kept, (<-records).Metadata)
		})
	}
}

func TestHeadersAreKeptWithTheCallThatItsConfigurationNames(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	records := make(chan telemetry.Record, 10)
	cfg := over(up.URL)
	cfg.Client.LoggingHeaders = []string{"X-Tenant", "X-Absent"}
	d := openWith(t, cfg, gateway.Hooks{Done: func(r *telemetry.Record) { records <- *r }})
	require.Equal(t, 200, d.chat(t, "openai", "openai", "", "X-Asbru-Metadata: a=1", "x-bf-lh-Team: blue, or green", "X-Tenant: acme").Status)
	require.Equal(t, "a=1,team=blue  or green,x-tenant=acme", (<-records).Metadata)
	require.Equal(t, 200, d.chat(t, "openai", "openai", "").Status)
	require.Empty(t, (<-records).Metadata)
}

// onePrompt is a repository with one prompt that says nothing.
type onePrompt struct{}

func (onePrompt) Use(prompt.Reference, string) (*prompt.Filled, string, *api.Error) {
	return &prompt.Filled{Version: 3}, "", nil
}

func TestThePromptThatACallUsedIsKeptWithIt(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	records := make(chan telemetry.Record, 10)
	d := openOptions(t, over(up.URL), gateway.Options{
		Prompts: onePrompt{}, Hooks: gateway.Hooks{Done: func(r *telemetry.Record) { records <- *r }},
	})
	require.Equal(t, 200, d.chat(t, "openai", "openai", "", "X-Asbru-Metadata: a=1", "X-Asbru-Prompt: greeting@live").Status)
	require.Equal(t, "a=1,prompt=greeting,prompt_version=3", (<-records).Metadata)
}
