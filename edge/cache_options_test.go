package edge_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
)

// What tells two requests apart besides their text is for the configuration to say.
func TestAnswersAreThoseOfOneModelAndProviderUnlessSaidOtherwise(t *testing.T) {
	no := false
	for name, test := range map[string]struct {
		change         func(*config.Cache)
		model, another string // what the cache says of another model, and of another provider's
	}{
		"as by default":       {func(*config.Cache) {}, "miss", "miss"},
		"of any model":        {func(c *config.Cache) { c.ByModel = &no }, "hit", "miss"},
		"of any provider":     {func(c *config.Cache) { c.ByProvider = &no }, "miss", "hit"},
		"of any of them both": {func(c *config.Cache) { c.ByModel, c.ByProvider = &no, &no }, "hit", "hit"},
	} {
		t.Run(name, func(t *testing.T) {
			d, _ := caches(t, func(c *config.Config) {
				c.Providers["another"] = config.Provider{
					Custom: &config.Custom{BaseProviderType: "openai"}, Keys: c.Providers["openai"].Keys, Network: c.Providers["openai"].Network,
				}
				test.change(&c.Cache)
			})
			ask := func(model string) string {
				t.Helper()
				res := do(t, "POST", d.URL("/v1/chat/completions"), `{"model":"`+model+`","messages":[{"role":"user","content":"hello"}]}`)
				require.Equal(t, 200, res.Status, res.Body)
				return res.Header.Get("x-asbru-cache")
			}
			require.Equal(t, "miss", ask("openai/m"))
			require.Equal(t, test.model, ask("openai/n"))
			require.Equal(t, test.another, ask("another/m"))
			require.Equal(t, "hit", ask("openai/m"))
		})
	}
}

// prompted are requests whose system prompt is X, or that have none.
var prompted = map[string]struct{ path, with, without string }{
	"chat": {
		"/v1/chat/completions", `{"model":"openai/m","messages":[{"role":"system","content":"X"},{"role":"user","content":"hello"},{"role":"developer","content":"X"}]}`,
		`{"model":"openai/m","messages":[{"role":"user","content":"hello"}]}`,
	},
	"responses": {
		"/v1/responses", `{"model":"openai/m","instructions":"X","input":[{"role":"developer","content":"X"},{"role":"user","content":"hello"}]}`,
		`{"model":"openai/m","input":[{"role":"user","content":"hello"}]}`,
	},
	"messages": {
		"/v1/messages", `{"model":"openai/m","max_tokens":9,"system":"X","messages":[{"role":"user","content":"hello"}]}`,
		`{"model":"openai/m","max_tokens":9,"messages":[{"role":"user","content":"hello"}]}`,
	},
	"genai": {
		"/genai/v1beta/models/gpt:generateContent", `{"systemInstruction":{"parts":[{"text":"X"}]},"contents":[{"role":"user","parts":[{"text":"hello"}]}]}`,
		`{"contents":[{"role":"user","parts":[{"text":"hello"}]}]}`,
	},
}

func TestSystemPromptsTellRequestsApartUnlessSaidOtherwise(t *testing.T) {
	for _, excluded := range []bool{false, true} {
		s := semantically(t, func(c *config.Config) { c.Cache.AnySystem, c.Cache.Semantic.Enabled = excluded, false }, gateway.Options{})
		for name, p := range prompted {
			require.Equal(t, "miss", s.post(t, p.path, p.with).Header.Get("x-asbru-cache"), name)
			want := "miss"
			if excluded {
				want = "hit"
			}
			require.Equal(t, want, s.post(t, p.path, p.without).Header.Get("x-asbru-cache"), name)
		}
	}
}

func TestWithAnySystemPromptOnlyTheWordingOfTheLastTextMayDiffer(t *testing.T) {
	s := semantically(t, func(c *config.Config) { c.Cache.AnySystem = true }, gateway.Options{})
	s.ask(t, falcons)
	other := s.post(t, "/v1/chat/completions", `{"model":"openai/m","messages":[{"role":"user","content":"`+owls+`"},{"role":"system","content":"Be brief."}]}`)
	require.Equal(t, "miss", other.Header.Get("x-asbru-cache"), "its last text is the system's")
	require.EqualValues(t, 1, s.embedded.Load())
	again := s.post(t, "/v1/chat/completions", `{"model":"openai/m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"`+falconsAgain+`"}]}`)
	require.Contains(t, again.Header.Get("x-asbru-cache"), "type=semantic")
}

func TestCallsThatNameNoNamespaceAreInTheOneThatIsConfigured(t *testing.T) {
	d, _ := caches(t, func(c *config.Config) { c.Cache.Namespace = "all" })
	require.Equal(t, "miss", do(t, "POST", d.URL("/v1/chat/completions"), askedOnce).Header.Get("x-asbru-cache"))
	require.Equal(t, "hit", do(t, "POST", d.URL("/v1/chat/completions"), askedOnce, "x-asbru-cache-key: all").Header.Get("x-asbru-cache"))
	require.Equal(t, "miss", do(t, "POST", d.URL("/v1/chat/completions"), askedOnce, "x-asbru-cache-key: mine").Header.Get("x-asbru-cache"))
}
