package edge_test

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
)

// embeddings answers a request for one with a direction for each word, so that texts are as
// alike as they share words.
func embeddings(x *upstreamtest.Exchange) {
	var r struct{ Input json.RawMessage }
	_ = json.Unmarshal(x.BodyBytes, &r) // of another form is no text
	v := make([]float32, 512)
	for word := range strings.FieldsSeq(strings.ToLower(strings.Trim(string(r.Input), `"[]?.`))) {
		h := fnv.New32a()
		_, _ = h.Write([]byte(strings.Trim(word, "?.,!"))) // does not fail
		v[h.Sum32()%512]++
	}
	text, _ := json.Marshal(v) // does not fail
	x.JSON(200, `{"object":"list","model":"embed","data":[{"object":"embedding","index":0,"embedding":`+string(text)+`}],"usage":{"prompt_tokens":7,"total_tokens":7}}`)
}

// semantic opens a gateway that keeps answers for requests that mean nearly the same, before a
// provider that counts chats and embeddings.
type semantic struct {
	*door
	chats, embedded atomic.Int64
	embed           atomic.Pointer[func(*upstreamtest.Exchange)]
}

func semantically(t *testing.T, change func(*config.Config), o gateway.Options) *semantic {
	s := &semantic{}
	answer := embeddings
	s.embed.Store(&answer)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		body := string(x.BodyBytes)
		switch {
		case strings.HasSuffix(x.URL.Path, "/embeddings"):
			s.embedded.Add(1)
			(*s.embed.Load())(x)
		case strings.Contains(body, `"stream":true`):
			s.chats.Add(1)
			x.StartStream()
			x.Event(fmt.Sprintf(`{"id":"%d","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"hello"},"finish_reason":"stop"}]}`, s.chats.Load()))
			x.Event("[DONE]")
			x.EndStream()
		case strings.HasSuffix(x.URL.Path, "/messages"):
			s.chats.Add(1)
			x.JSON(200, wholeAnswers["anthropic"])
		case strings.Contains(x.URL.Path, ":generateContent"):
			s.chats.Add(1)
			x.JSON(200, wholeAnswers["gemini"])
		case strings.HasSuffix(x.URL.Path, "/responses"):
			s.chats.Add(1)
			x.JSON(200, `{"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"m","output":[{"type":"message","id":"m1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"hello","annotations":[]}]}],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}`)
		default:
			s.chats.Add(1)
			x.JSON(200, strings.Replace(wholeAnswers["openai"], "{", fmt.Sprintf(`{"number":%d,`, s.chats.Load()), 1))
		}
	})
	cfg := over(up.URL)
	cfg.Cache = config.Cache{Enabled: true, Semantic: config.CacheSemantic{Enabled: true, Model: "openai/embed"}}
	if change != nil {
		change(cfg)
	}
	s.door = openOptions(t, cfg, o)
	return s
}

// ask asks a question of a model in the words of one of the dialects.
func (s *semantic) ask(t *testing.T, question string, headers ...string) answer {
	t.Helper()
	res := s.post(t, "/v1/chat/completions", asking(question), headers...)
	require.Equal(t, 200, res.Status, res.Body)
	return res
}

func asking(question string) string {
	text, _ := json.Marshal(question) // does not fail
	return `{"model":"openai/m","messages":[{"role":"system","content":"You know birds."},{"role":"user","content":` + string(text) + `}]}`
}

const (
	falcons      = "where do the wild falcons nest in spring?"
	falconsAgain = "where do the wild falcons nest in spring time?"
	owls         = "what is it that owls like to eat at night?"
)

func TestAQuestionThatMeansNearlyTheSameIsAnsweredOutOfTheCache(t *testing.T) {
	s := semantically(t, nil, gateway.Options{})
	first := s.ask(t, falcons)
	require.Equal(t, "miss", first.Header.Get("x-asbru-cache"))
	again := s.ask(t, falconsAgain)
	require.Equal(t, "hit; type=semantic; similarity=0.94", again.Header.Get("x-asbru-cache"))
	require.Equal(t, first.Body, again.Body)
	require.Equal(t, "openai", again.Header.Get("x-asbru-provider"))
	require.Equal(t, "miss", s.ask(t, owls).Header.Get("x-asbru-cache"))
	require.Equal(t, "hit", s.ask(t, falcons).Header.Get("x-asbru-cache"), "to the letter, that needs no embedding")
	require.EqualValues(t, 2, s.chats.Load())
	require.EqualValues(t, 3, s.embedded.Load())
	s.settled(t, `asbru_cache_semantic_total{outcome="hit"} 1`)
	s.settled(t, `asbru_cache_semantic_total{outcome="none"} 2`)
	s.settled(t, `asbru_cache_requests_total{outcome="hit"} 2`)
	state, _ := s.Gateway.CacheState()
	require.EqualValues(t, 1, state.SimilarHits)
	require.Equal(t, 2, state.Similar)
	require.Equal(t, 2, state.Entries)
}

func TestNothingButTheWordingOfTheLastTextMayDiffer(t *testing.T) {
	s := semantically(t, nil, gateway.Options{})
	s.ask(t, falcons)
	body := asking(falconsAgain)
	for name, other := range map[string]string{
		"another model":         strings.Replace(body, "openai/m", "openai/n", 1),
		"another parameter":     strings.Replace(body, `"messages"`, `"temperature":0.1,"messages"`, 1),
		"another system prompt": strings.Replace(body, "You know birds.", "You know beasts.", 1),
		"tools":                 strings.Replace(body, `"messages"`, `"tools":[{"type":"function","function":{"name":"f","parameters":{}}}],"messages"`, 1),
		"a message before it":   strings.Replace(body, `{"role":"user"`, `{"role":"assistant","content":"Yes?"},{"role":"user"`, 1),
		"a number":              strings.Replace(body, "spring time", "spring 2026", 1),
		"a reversal":            strings.Replace(body, "spring time", "spring never", 1),
		"a name":                strings.Replace(body, "spring time", "Spring", 1),
		"another role":          strings.Replace(body, `"role":"user"`, `"role":"developer"`, 1),
		"a stream":              strings.Replace(body, `"messages"`, `"stream":true,"messages"`, 1),
	} {
		res := s.post(t, "/v1/chat/completions", other)
		require.Equal(t, 200, res.Status, res.Body)
		require.Equal(t, "miss", res.Header.Get("x-asbru-cache"), name)
	}
	require.Contains(t, s.post(t, "/v1/chat/completions", strings.Replace(body, `"messages"`, `"user":"ann","messages"`, 1)).Header.Get("x-asbru-cache"), "semantic")
}

func TestATextThatStandsInTheBodyTwiceIsNotTakenForAnother(t *testing.T) {
	s := semantically(t, nil, gateway.Options{})
	with := func(question, description string) string {
		return s.post(t, "/v1/chat/completions", strings.Replace(asking(question), `"messages"`,
			`"tools":[{"type":"function","function":{"name":"f","description":"`+description+`","parameters":{}}}],"messages"`, 1)).Header.Get("x-asbru-cache")
	}
	require.Equal(t, "miss", with(falcons, falcons))
	require.Equal(t, "miss", with(falcons, falconsAgain), "the tool is another")
	require.Equal(t, "miss", with(falconsAgain, falcons))
	require.Equal(t, "hit", with(falcons, falcons))
	for _, text := range []string{"user", "content", ",", ":", "],[", `\",\"`} {
		require.Equal(t, "miss", s.ask(t, text).Header.Get("x-asbru-cache"), text)
	}
}

func TestAStreamIsToldToAQuestionThatMeansNearlyTheSame(t *testing.T) {
	s := semantically(t, nil, gateway.Options{})
	stream := func(question string) answer {
		return s.post(t, "/v1/chat/completions", strings.Replace(asking(question), "{", `{"stream":true,`, 1))
	}
	first := stream(falcons)
	require.Contains(t, first.Body, "[DONE]")
	var again answer
	require.Eventually(t, func() bool { // a stream is kept behind its last byte
		again = stream(falconsAgain)
		return strings.HasPrefix(again.Header.Get("x-asbru-cache"), "hit")
	}, patience, time.Millisecond)
	require.Contains(t, again.Body, "[DONE]")
	require.Contains(t, again.Header.Get("content-type"), "text/event-stream")
}

func TestOtherDialectsAreComparedByMeaningToo(t *testing.T) {
	s := semantically(t, nil, gateway.Options{})
	for path, body := range map[string]string{
		"/v1/responses":       `{"model":"openai/m","input":"%s"}`,
		"/v1/responses?parts": `{"model":"openai/m","input":[{"role":"user","content":[{"type":"input_text","text":"be short"},{"type":"input_text","text":"%s"}]}]}`,
		"/v1/messages":        `{"model":"openai/m","max_tokens":9,"messages":[{"role":"user","content":"%s"}]}`,
		"/v1/messages?parts":  `{"model":"anthropic/claude","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":"%s"}]}]}`,
		"/genai/v1beta/models/gpt:generateContent": `{"contents":[{"role":"user","parts":[{"text":"%s"}]}]}`,
	} {
		first := s.post(t, path, fmt.Sprintf(body, falcons))
		require.Equal(t, 200, first.Status, first.Body)
		again := s.post(t, path, fmt.Sprintf(body, falconsAgain))
		require.Contains(t, again.Header.Get("x-asbru-cache"), "type=semantic", path)
		require.Equal(t, first.Body, again.Body)
	}
}

func TestACallSaysByWhichWaysItsAnswerMayBeFound(t *testing.T) {
	s := semantically(t, nil, gateway.Options{})
	s.ask(t, falcons)
	how := func(question string, headers ...string) string {
		return s.ask(t, question, headers...).Header.Get("x-asbru-cache")
	}
	require.Equal(t, "miss", how(falconsAgain, "x-asbru-cache: read", "x-asbru-cache-type: direct"))
	require.Equal(t, "miss", how(falconsAgain, "x-asbru-cache: read", "x-asbru-cache-threshold: 0.95"))
	require.Contains(t, how(falconsAgain, "x-asbru-cache: read", "x-bf-cache-threshold: 0.9"), "type=semantic")
	require.Equal(t, "hit; type=semantic; similarity=1.00", how(falcons, "x-bf-cache-type: semantic"))
	require.Equal(t, "miss", how(falconsAgain, "x-asbru-cache: read", "x-asbru-cache-key: another"))
	require.Equal(t, "miss", how(owls, "x-asbru-cache: refresh"))
	require.Contains(t, how(owls+" today"), "type=semantic", "what was made anew is found as well")
	for _, bad := range []string{"x-asbru-cache-type: fuzzy", "x-asbru-cache-threshold: 0", "x-bf-cache-threshold: 2", "x-asbru-cache-threshold: NaN"} {
		require.Equal(t, 400, s.post(t, "/v1/chat/completions", asking(falcons), bad).Status, bad)
	}
}

func TestWhatIsPurgedIsNotFoundByItsMeaning(t *testing.T) {
	s := semantically(t, nil, gateway.Options{})
	s.ask(t, falcons, "x-request-id: first")
	require.Equal(t, 1, s.Gateway.PurgeCache(cache.Selection{CallID: "first"}))
	require.Equal(t, "miss", s.ask(t, falconsAgain, "x-asbru-cache: read").Header.Get("x-asbru-cache"))
	state, _ := s.Gateway.CacheState()
	require.Zero(t, state.Similar)
}

func TestACallGoesOnWhereItsTextCannotBeEmbedded(t *testing.T) {
	s := semantically(t, func(c *config.Config) { c.Cache.Semantic.TimeoutMS = 100 }, gateway.Options{})
	release := make(chan struct{})
	hang := func(x *upstreamtest.Exchange) { <-release; x.JSON(500, `{}`) }
	broken := func(x *upstreamtest.Exchange) { x.JSON(400, `{"error":{"message":"no such model"}}`) }
	empty := func(x *upstreamtest.Exchange) {
		x.JSON(200, `{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0,0]}],"usage":{"prompt_tokens":1,"total_tokens":1}}`)
	}
	s.embed.Store(&hang)
	require.Equal(t, "miss; semantic=slow", s.ask(t, "a").Header.Get("x-asbru-cache"))
	close(release)
	s.embed.Store(&broken)
	require.Equal(t, "miss; semantic=failed", s.ask(t, "b").Header.Get("x-asbru-cache"))
	s.embed.Store(&empty)
	require.Equal(t, "miss; semantic=failed", s.ask(t, "c").Header.Get("x-asbru-cache"))
	before := s.embedded.Load()
	require.Equal(t, "miss; semantic=resting", s.ask(t, "d").Header.Get("x-asbru-cache"))
	require.Equal(t, before, s.embedded.Load(), "it rests")
	require.Equal(t, "hit", s.ask(t, "d").Header.Get("x-asbru-cache"), "to the letter all goes on")
}

func TestLongConversationsAndTextsAreNotEmbedded(t *testing.T) {
	s := semantically(t, func(c *config.Config) { c.Cache.Semantic.MaxMessages, c.Cache.Semantic.MaxTextKB = 2, 1 }, gateway.Options{})
	s.ask(t, strings.Repeat("falcons ", 200))
	s.post(t, "/v1/chat/completions", `{"model":"openai/m","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}]}`)
	s.post(t, "/v1/chat/completions", `{"model":"openai/m","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}`)
	require.Zero(t, s.embedded.Load())
	s.settled(t, `asbru_cache_semantic_total{outcome="long"} 2`)
	s.settled(t, `asbru_cache_semantic_total{outcome="text"} 1`)
}

func TestAnEmbeddingCostsItsCallerAndHasARowOfItsOwn(t *testing.T) {
	rows, price := make(chan telemetry.Record, 16), 0.004
	s := semantically(t, func(c *config.Config) {
		c.Governance.PricingOverrides = []config.ScopedPrice{{Price: config.PriceOverride{ModelPattern: "embed", MatchType: "exact", Call: &price}}}
		c.Governance.VirtualKeys = []config.VirtualKey{{ID: "1", Value: "sk-bf-a", Budget: config.Budget{MaxLimit: 0.01, ResetDuration: "1h"}}}
	}, gateway.Options{Limits: memory.New(memory.Options{}), Hooks: gateway.Hooks{Done: func(r *telemetry.Record) {
		own := *r
		if r.Detail != nil {
			detail := *r.Detail
			own.Detail = &detail
		}
		rows <- own
	}}})
	s.ask(t, falcons, "Authorization: Bearer sk-bf-a", "x-request-id: mine")
	embedding, chat := <-rows, <-rows
	require.Equal(t, "embed", embedding.Model.String())
	require.EqualValues(t, 4_000_000, embedding.CostNano)
	require.Equal(t, "1", embedding.VirtualKeyID)
	require.Equal(t, chat.CallID.String(), embedding.Detail.Parent)
	require.Equal(t, "semantic:embedding", embedding.Detail.Marks)
	require.Equal(t, "cache:miss,semantic:none", chat.Detail.Marks)
	require.Contains(t, s.ask(t, falconsAgain, "Authorization: Bearer sk-bf-a").Header.Get("x-asbru-cache"), "type=semantic")
	<-rows
	require.Equal(t, "cache:hit=semantic,similarity:0.94", (<-rows).Detail.Marks)
	s.settled(t, `asbru_cache_embedding_dollars_total 0.008`)
}
