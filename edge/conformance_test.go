package edge_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/provider"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/stretchr/testify/require"
)

// The conformance suite: a caller of each dialect has the same conversations with
// each provider of the table, and with a custom one over each. Behind all of them
// is the mock, which refuses what the real APIs refuse.

const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

// conformance are the conversations.
var conformance = map[string]func(c *talk){
	"an answer": func(c *talk) {
		r := c.say("hi", func(r *api.Request) { r.System = []api.Part{{Text: "Be brief."}} })
		require.Equal(c.t, "You said: hi\nSystem: Be brief.", text(&r, api.PartText))
		require.Equal(c.t, api.FinishStop, r.Choices[0].Finish)
		// The caller has not asked for it; or the mock has not been, which tells it unasked as such a provider does.
		if !c.stream || c.codec.Name() != "openai" && !c.provider.Quirks.NoStreamUsage {
			require.True(c.t, r.Usage.Known)
			require.Positive(c.t, r.Usage.Input)
			require.Positive(c.t, r.Usage.Output)
		}
	},
	"a long conversation": func(c *talk) {
		r := c.ask(&api.Request{Messages: []api.Message{
			user(api.Part{Text: "one"}), user(api.Part{Text: "two"}),
			{Role: api.RoleAssistant, Parts: []api.Part{{Text: "three"}}},
			user(api.Part{Text: "four"}),
		}})
		require.Equal(c.t, "You said: four", text(&r, api.PartText))
	},
	"a limit": func(c *talk) {
		r := c.say("a text that is longer than that", func(r *api.Request) { r.Sampling.MaxTokens = api.Some[int64](3) })
		require.Equal(c.t, api.FinishLength, r.Choices[0].Finish)
	},
	"a stop sequence": func(c *talk) {
		if c.either("responses") {
			c.t.Skip("the Responses API has none")
		}
		r := c.say("one END two", func(r *api.Request) { r.Sampling.Stop = []string{"END"} })
		require.Equal(c.t, "You said: one ", text(&r, api.PartText))
		require.Equal(c.t, api.FinishStop, r.Choices[0].Finish)
	},
	"calls in parallel, and their results in another order": func(c *talk) {
		r := api.Request{Tools: tools(), Messages: []api.Message{user(api.Part{Text: "get_weather, get_time"})}}
		first := c.ask(&r)
		made := calls(&first)
		require.Len(c.t, made, 2)
		require.Equal(c.t, []string{"get_weather", "get_time"}, []string{made[0].Name, made[1].Name})
		require.JSONEq(c.t, `{"city":"mock city"}`, string(made[0].Args))
		require.NotEqual(c.t, made[0].ID, made[1].ID)
		require.Equal(c.t, api.FinishToolCalls, first.Choices[0].Finish)

		r.Messages = append(r.Messages, c.history(&first), results(made))
		second := c.ask(&r)
		require.Contains(c.t, text(&second, api.PartText), "of get_weather")
		require.Contains(c.t, text(&second, api.PartText), "of get_time")

		r.Messages = append(r.Messages, c.history(&second), user(api.Part{Text: "thanks"}))
		third := c.ask(&r)
		require.Equal(c.t, "You said: thanks", text(&third, api.PartText))
	},
	"one call at a time": func(c *talk) {
		if c.either("genai", "cohere") || c.codec.Name() == "bedrock" {
			c.t.Skip("Google, Cohere and Converse have no word for it")
		}
		r := c.say("get_weather, get_time", func(r *api.Request) {
			r.Tools, r.ToolChoice = tools(), api.ToolChoice{Mode: api.ToolAuto, Parallel: api.Some(false)}
		})
		require.Len(c.t, calls(&r), 1)
	},
	"a call that must be made": func(c *talk) {
		c.skipUnlessRequired()
		r := c.say("hi", func(r *api.Request) { r.Tools, r.ToolChoice.Mode = tools(), api.ToolRequired })
		require.Len(c.t, calls(&r), 1)
	},
	"the one call that is named": func(c *talk) {
		if c.codec.Name() == "cohere" { // in which that is the only one, and required
			c.skipUnlessRequired()
		}
		r := c.say("hi", func(r *api.Request) {
			r.Tools, r.ToolChoice = tools(), api.ToolChoice{Mode: api.ToolNamed, Names: []string{"get_time"}}
		})
		require.Len(c.t, calls(&r), 1)
		require.Equal(c.t, "get_time", calls(&r)[0].Name)
	},
	"no call": func(c *talk) {
		r := c.say("get_weather", func(r *api.Request) { r.Tools, r.ToolChoice.Mode = tools(), api.ToolNone })
		require.Empty(c.t, calls(&r))
	},
	"a picture": func(c *talk) {
		r := c.ask(&api.Request{Messages: []api.Message{user(
			api.Part{Text: "look"}, api.Part{Kind: api.PartImage, Media: &api.Media{MIME: "image/png", Data: pixel}},
		)}})
		require.Equal(c.t, "You said: look\nImages: 1", text(&r, api.PartText))
		require.Contains(c.t, c.sent(), pixel)
	},
	"a picture at a URL": func(c *talk) {
		if c.either("bedrock") {
			c.t.Skip("Amazon Bedrock fetches nothing")
		}
		r := c.ask(&api.Request{Messages: []api.Message{user(
			api.Part{Text: "look"}, api.Part{Kind: api.PartImage, Media: &api.Media{URL: "https://example.com/a.png"}},
		)}})
		require.Equal(c.t, "You said: look\nImages: 1", text(&r, api.PartText))
		require.Contains(c.t, c.sent(), "https://example.com/a.png")
	},
	"a document": func(c *talk) {
		if c.either("cohere") {
			c.t.Skip("Cohere takes plain text only")
		}
		r := c.ask(&api.Request{Messages: []api.Message{user(
			api.Part{Text: "read"}, api.Part{Kind: api.PartFile, Media: &api.Media{MIME: "application/pdf", Data: "JVBERi0xLjQK", Name: "a.pdf"}},
		)}})
		require.Equal(c.t, "You said: read\nFiles: 1", text(&r, api.PartText))
	},
	"JSON that fits a schema": func(c *talk) {
		r := c.say("who?", func(r *api.Request) {
			r.Format = api.Format{Kind: api.FormatSchema, Name: "person", Schema: api.JSON(
				`{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"}},"required":["name","age"],"additionalProperties":false}`)}
		})
		var person struct {
			Name string
			Age  *int
		}
		require.NoError(c.t, json.Unmarshal([]byte(text(&r, api.PartText)), &person))
		require.NotEmpty(c.t, person.Name)
		require.NotNil(c.t, person.Age)
	},
	"thoughts, and their signature in the next turn": func(c *talk) {
		r := api.Request{Tools: tools(), Messages: []api.Message{user(api.Part{Text: "get_weather"})}}
		switch c.codec.Name() {
		case "genai", "cohere", "bedrock":
			r.Reasoning = api.Reasoning{Budget: api.Some[int64](2048), Show: api.Some(true)}
		case "responses":
			r.Reasoning = api.Reasoning{Effort: "low", Show: api.Some(true)}
		default:
			r.Reasoning.Effort = "low"
		}
		first := c.ask(&r)
		require.Equal(c.t, "The user wants an answer to: get_weather", text(&first, api.PartReasoning))
		require.Len(c.t, calls(&first), 1)

		r.Messages = append(r.Messages, c.history(&first), results(calls(&first)))
		second := c.ask(&r)
		require.Contains(c.t, text(&second, api.PartText), "of get_weather")
		switch c.provider.Dialect {
		case "anthropic":
			require.Contains(c.t, c.sent(), `"type":"thinking","thinking":"The user wants an answer to: get_weather"`)
			require.NotContains(c.t, c.sent(), dialect.SealMark)
		case "genai":
			require.Contains(c.t, c.sent(), "thoughtSignature")
			require.NotContains(c.t, c.sent(), "skip_thought_signature_validator")
		}
	},
	"a refusal": func(c *talk) {
		r := c.say("hi", func(r *api.Request) { r.Model = conformanceModels[c.provider.Dialect] + "-mock-refuse" })
		require.Contains(c.t, text(&r, api.PartText)+text(&r, api.PartRefusal), "I can't help with that.")
	},
	"usage of a cache": func(c *talk) {
		if c.stream && c.provider.Quirks.NoStreamUsage {
			c.t.Skip("the mock tells it only if asked")
		}
		r := c.say("a text of some length", func(r *api.Request) {
			r.Model, r.StreamUsage = conformanceModels[c.provider.Dialect]+"-mock-cached-2", true
		})
		require.EqualValues(c.t, 2, r.Usage.CacheRead)
		require.Greater(c.t, r.Usage.Input, r.Usage.CacheRead)
	},
	"a count of tokens": func(c *talk) {
		if c.codec.Name() == "openai" || c.codec.Name() == "cohere" || c.stream {
			c.t.Skip("is not asked for in this dialect")
		}
		r := c.say("How many tokens has this?", func(r *api.Request) { r.Op = api.OpCountTokens })
		require.Positive(c.t, r.Usage.Input)
	},
	"a rerank": func(c *talk) {
		if c.codec.Name() != "openai" && c.codec.Name() != "cohere" || !c.provider.Ops.Has(api.OpRerank) || c.stream {
			c.t.Skip("has no such operation")
		}
		r := c.ask(&api.Request{Op: api.OpRerank, Rerank: api.Rerank{
			Query: "the capital of France", Top: api.Some[int64](2),
			Documents: []api.Document{{Text: "Nothing"}, {Text: "Paris is the capital of France"}, {Text: "the Loire"}},
		}})
		require.Equal(c.t, []api.Rank{{Index: 1, Score: 1}, {Index: 2, Score: 0.25}}, r.Ranks)
		require.True(c.t, r.Usage.Known)
	},
	"embeddings": func(c *talk) {
		if slices.Contains([]string{"anthropic", "bedrock", "responses"}, c.codec.Name()) || !c.provider.Ops.Has(api.OpEmbedding) || c.stream {
			c.t.Skip("has no such operation")
		}
		wanted := api.EmbeddingOptions{Dimensions: api.Some[int64](3)}
		if c.provider.Forms != nil { // Hugging Face's, which cannot be told how long vectors are to be
			wanted.Dimensions.Set = false
		}
		r := c.ask(&api.Request{
			Op: api.OpEmbedding, Model: embeddingModels[c.provider.Dialect], Inputs: []api.Input{{Text: "one"}, {Text: "two"}}, Embedding: wanted,
		})
		require.Len(c.t, r.Embeddings, 2)
		if wanted.Dimensions.Set {
			require.Len(c.t, r.Embeddings[1], 3)
		}
		require.NotEqual(c.t, r.Embeddings[0], r.Embeddings[1])
	},
}

// everyProvider returns a configuration with each provider that converses, and a
// custom one over each of its dialects, all at url.
func everyProvider(url string) (*config.Config, []provider.Provider) {
	cfg := &config.Config{Providers: map[string]config.Provider{}}
	var all []provider.Provider
	add := func(p provider.Provider, custom *config.Custom) {
		cfg.Providers[p.Name] = config.Provider{
			Network: config.Network{BaseURL: url}, Custom: custom,
			Keys: []config.Key{{Name: p.Name + "-key", Value: config.Secret("sk-" + p.Name), Weight: 1}},
		}
		all = append(all, p)
	}
	for _, p := range provider.Table {
		if !p.Ops.Has(api.OpChat) {
			continue
		}
		add(p, nil)
		if !p.KeyLess {
			add(provider.Custom("own-"+p.Name, p), &config.Custom{BaseProviderType: p.Name})
		}
	}
	return cfg, all
}

func TestEveryDialectTalksWithEveryProvider(t *testing.T) {
	server, url := serveMockWith(t, mock.Options{Journal: 1})
	cfg, providers := everyProvider(url)
	d := open(t, cfg)
	claude, _ := provider.ByName("vertex") // whose models are not all asked in one dialect
	claude.Dialect, claude.Ops = "anthropic", claude.Also[0].Ops
	providers = append(providers, claude)
	for _, codec := range codecs.All() {
		for _, p := range providers {
			for name, converse := range conformance {
				for _, stream := range []bool{false, true} {
					t.Run(codec.Name()+" to "+p.Name+"/"+name+"/stream "+strconv.FormatBool(stream), func(t *testing.T) {
						converse(&talk{t, d, server, codec, p, stream})
					})
				}
			}
		}
	}
}
