package anthropic

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

const onePixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"

func textPart(s string) api.Part { return api.Part{Kind: api.PartText, Text: s} }

func says(role api.Role, parts ...api.Part) api.Message {
	return api.Message{Role: role, Parts: parts}
}

func callPart(id, args string) api.Part {
	return api.Part{Kind: api.PartToolCall, Call: &api.ToolCall{ID: id, Name: "f", Args: api.JSON(args)}}
}

func resultPart(id, words string) api.Part {
	return api.Part{Kind: api.PartToolResult, Result: &api.ToolResult{ID: id, Parts: []api.Part{textPart(words)}}}
}

// asking returns a request of another dialect with one user message, changed by change.
func asking(change func(r *api.Request)) *api.Request {
	r := &api.Request{
		Op: api.OpChat, Model: "claude-opus-4-6", ExtraOf: "openai",
		Messages: []api.Message{says(api.RoleUser, textPart("hi"))},
	}
	change(r)
	return r
}

// TestRequestOfAnotherDialect holds what becomes of each thing that other
// dialects say otherwise. A want of "" means: not there.
func TestRequestOfAnotherDialect(t *testing.T) {
	for name, c := range map[string]struct {
		change func(r *api.Request)
		want   map[string]string
	}{
		"no output limit": {
			func(*api.Request) {},
			map[string]string{"max_tokens": "8192", "system": "", "stream": "", "tools": "", "thinking": ""},
		},
		"temperature above 1": {
			func(r *api.Request) { r.Sampling.Temperature = api.Some(1.7) },
			map[string]string{"temperature": "1"},
		},
		"temperature of 0": {
			func(r *api.Request) { r.Sampling.Temperature = api.Some(0.0) },
			map[string]string{"temperature": "0"},
		},
		"hints without a word": {func(r *api.Request) {
			r.Sampling.Seed, r.Sampling.PresencePenalty, r.Sampling.LogProbs = api.Some[int64](1), api.Some(0.5), api.Some(true)
			r.Extra = []api.Field{{Name: "verbosity", Value: api.JSON(`"low"`)}}
		}, map[string]string{"seed": "", "presence_penalty": "", "logprobs": "", "verbosity": ""}},
		"user and tier": {
			func(r *api.Request) { r.User, r.ServiceTier = "u", "default" },
			map[string]string{"metadata": `{"user_id":"u"}`, "service_tier": `"standard_only"`},
		},
		"foreign tier": {
			func(r *api.Request) { r.ServiceTier = "flex" },
			map[string]string{"service_tier": ""},
		},
		"effort": {
			func(r *api.Request) { r.Reasoning.Effort = "minimal" },
			map[string]string{"thinking": `{"type":"adaptive","display":"summarized"}`, "output_config": `{"effort":"low"}`},
		},
		"effort and not shown": {
			func(r *api.Request) { r.Reasoning = api.Reasoning{Effort: "high", Show: api.Some(false)} },
			map[string]string{"thinking": `{"type":"adaptive","display":"omitted"}`},
		},
		"no effort": {
			func(r *api.Request) { r.Reasoning.Effort = "none" },
			map[string]string{"thinking": `{"type":"disabled"}`, "output_config": ""},
		},
		"budget of 0": {
			func(r *api.Request) { r.Reasoning.Budget = api.Some[int64](0) },
			map[string]string{"thinking": `{"type":"disabled"}`},
		},
		"budget left to the model": {
			func(r *api.Request) { r.Reasoning.Budget = api.Some[int64](-1) },
			map[string]string{"thinking": `{"type":"adaptive","display":"summarized"}`, "output_config": ""},
		},
		"budget for a model that knows efforts": {
			func(r *api.Request) { r.Reasoning.Budget = api.Some[int64](4000) },
			map[string]string{"thinking": `{"type":"adaptive","display":"summarized"}`, "output_config": `{"effort":"medium"}`},
		},
		"budget without a limit": {
			func(r *api.Request) { r.Model, r.Reasoning.Budget = "claude-haiku-4-5", api.Some[int64](2000) },
			map[string]string{"thinking": `{"type":"enabled","budget_tokens":2000}`, "max_tokens": "10192"},
		},
		"budget for another maker's model": {
			func(r *api.Request) { r.Model, r.Reasoning.Budget = "kimi-k2", api.Some[int64](2000) },
			map[string]string{"thinking": `{"type":"enabled","budget_tokens":2000}`},
		},
		"budget too small": {
			func(r *api.Request) { r.Model, r.Reasoning.Budget = "claude-haiku-4-5", api.Some[int64](10) },
			map[string]string{"thinking": `{"type":"enabled","budget_tokens":1024}`},
		},
		"budget behind a call whose thinking is lost": {func(r *api.Request) {
			r.Model, r.Reasoning.Budget = "claude-haiku-4-5", api.Some[int64](2000)
			r.Messages = append(r.Messages, says(api.RoleAssistant, callPart("a", "{}")), says(api.RoleTool, resultPart("a", "1")))
		}, map[string]string{"thinking": "", "max_tokens": "8192"}},
		"budget above the limit": {func(r *api.Request) {
			r.Model = "claude-haiku-4-5"
			r.Reasoning.Budget, r.Sampling.MaxTokens = api.Some[int64](9000), api.Some[int64](4000)
		}, map[string]string{"thinking": `{"type":"enabled","budget_tokens":3999}`, "max_tokens": "4000"}},
		"no room for a budget": {func(r *api.Request) {
			r.Model = "claude-haiku-4-5"
			r.Reasoning.Budget, r.Sampling.MaxTokens = api.Some[int64](9000), api.Some[int64](100)
		}, map[string]string{"thinking": "", "max_tokens": "100"}},
		"effort for an old model": {
			func(r *api.Request) { r.Model, r.Reasoning.Effort = "claude-haiku-4-5", "low" },
			map[string]string{"thinking": `{"type":"enabled","budget_tokens":2048}`, "output_config": ""},
		},
		"effort and a forced call for an old model": {func(r *api.Request) {
			r.Model, r.Reasoning.Effort = "claude-haiku-4-5", "low"
			r.ToolChoice.Mode = api.ToolRequired
		}, map[string]string{"thinking": ""}},
		"sampling while thinking": {func(r *api.Request) {
			r.Reasoning.Effort = "high"
			r.Sampling.Temperature, r.Sampling.TopP, r.Sampling.TopK = api.Some(0.2), api.Some(0.5), api.Some[int64](4)
		}, map[string]string{"temperature": "", "top_p": "", "top_k": ""}},
		"temperature and top_p": {
			func(r *api.Request) { r.Sampling.Temperature, r.Sampling.TopP = api.Some(0.5), api.Some(0.9) },
			map[string]string{"temperature": "0.5", "top_p": ""},
		},
		"sampling of a model that takes none": {func(r *api.Request) {
			r.Model, r.Sampling.Temperature, r.Sampling.TopK = "claude-opus-4-8", api.Some(0.5), api.Some[int64](4)
		}, map[string]string{"temperature": "", "top_k": ""}},
		"sampling of another maker's model": {func(r *api.Request) {
			r.Model, r.Sampling.Temperature, r.Sampling.TopP = "kimi-k2", api.Some(0.5), api.Some(0.9)
		}, map[string]string{"temperature": "0.5", "top_p": "0.9"}},
		"any JSON": {
			func(r *api.Request) { r.Format.Kind = api.FormatJSON },
			map[string]string{"system.0.text": `"` + jsonInstruction + `"`},
		},
		"JSON of a schema": {func(r *api.Request) {
			r.Format = api.Format{Kind: api.FormatSchema, Name: "x", Schema: api.JSON(`{"type":"object"}`)}
		}, map[string]string{"output_config": `{"format":{"type":"json_schema","schema":{"type":"object","additionalProperties":false}}}`}},
		"system within the conversation": {func(r *api.Request) {
			r.Messages = append(r.Messages, says(api.RoleSystem, textPart("be brief")))
		}, map[string]string{"messages.#": "1", "messages.0.content.1.text": `"be brief"`, "system": ""}},
		"empty texts": {func(r *api.Request) {
			r.System = []api.Part{textPart(" \n")}
			r.Messages = append([]api.Message{says(api.RoleAssistant, textPart(""))}, r.Messages...)
		}, map[string]string{"messages.#": "1", "messages.0.role": `"user"`, "system": ""}},
		"messages of one side": {func(r *api.Request) {
			r.Messages = append(r.Messages, says(api.RoleAssistant, textPart("")), says(api.RoleUser, textPart("there")))
		}, map[string]string{"messages.#": "1", "messages.0.content.#.text": `["hi","there"]`}},
		"results first": {func(r *api.Request) {
			r.Messages = append(r.Messages, says(api.RoleAssistant, callPart("a", ""), callPart("b", "{}")),
				says(api.RoleUser, textPart("wait")), says(api.RoleTool, resultPart("a", "1"), resultPart("b", "2")),
				says(api.RoleUser, textPart("so?")))
		}, map[string]string{
			"messages.#":                 "3",
			"messages.1.content.0.input": `{}`,
			"messages.2.content.#.type":  `["tool_result","tool_result","text","text"]`,
		}},
		"ids of another dialect": {func(r *api.Request) {
			r.Messages = append(r.Messages, says(api.RoleAssistant, callPart("a.b|c", "{}")), says(api.RoleTool, resultPart("a.b|c", "1")))
		}, map[string]string{
			"messages.1.content.0.id":          `"` + hashedCallID("a.b|c") + `"`,
			"messages.2.content.0.tool_use_id": `"` + hashedCallID("a.b|c") + `"`,
		}},
		"reasoning of another dialect": {func(r *api.Request) {
			r.Messages = append(r.Messages, says(api.RoleAssistant,
				api.Part{Kind: api.PartReasoning, Text: "hm", Signature: "s", SignatureOf: "genai"}, textPart("well")))
		}, map[string]string{"messages.1.content.#.type": `["text"]`}},
		"own reasoning": {func(r *api.Request) {
			r.Messages = append(r.Messages, says(api.RoleAssistant,
				api.Part{Kind: api.PartReasoning, Text: "hm", Signature: "s", SignatureOf: "anthropic"}, textPart("well")))
		}, map[string]string{"messages.1.content.0": `{"type":"thinking","thinking":"hm","signature":"s"}`}},
		"image of a wrong type": {func(r *api.Request) {
			r.Messages[0].Parts[0] = api.Part{Kind: api.PartImage, Media: &api.Media{MIME: "image/jpeg", Data: onePixel}}
		}, map[string]string{"messages.0.content.0.source.media_type": `"image/png"`}},
		"image by URL": {func(r *api.Request) {
			r.Messages[0].Parts[0] = api.Part{Kind: api.PartImage, Media: &api.Media{URL: "https://example.com/a"}}
		}, map[string]string{"messages.0.content.0": `{"type":"image","source":{"type":"url","url":"https://example.com/a"}}`}},
		"text file": {func(r *api.Request) {
			r.Messages[0].Parts[0] = api.Part{Kind: api.PartFile, Media: &api.Media{MIME: "text/csv", Data: "YSxi", Name: "t"}}
		}, map[string]string{"messages.0.content.0": `{"type":"document","source":{"type":"text","media_type":"text/plain","data":"a,b"},"title":"t"}`}},
		"spoken answer in the history": {func(r *api.Request) {
			r.Messages = append(r.Messages, says(api.RoleAssistant, api.Part{Kind: api.PartAudio, Text: "hello", Media: &api.Media{}}))
		}, map[string]string{"messages.1.content.0.text": `"hello"`}},
		"tool without a schema": {
			func(r *api.Request) { r.Tools = []api.Tool{{Name: "f"}} },
			map[string]string{"tools": `[{"name":"f","input_schema":{"type":"object","properties":{}}}]`, "tool_choice": ""},
		},
		"schema without a type": {func(r *api.Request) {
			r.Tools = []api.Tool{{Name: "f", Parameters: api.JSON(`{"properties":{"a":{}}}`), Strict: api.Some(false)}}
		}, map[string]string{"tools": `[{"name":"f","input_schema":{"type":"object","properties":{"a":{}}},"strict":false}]`}},
		"strict tool": {func(r *api.Request) {
			r.Tools = []api.Tool{{Name: "f", Parameters: api.JSON(`{"type":"object"}`), Strict: api.Some(true)}}
		}, map[string]string{"tools": `[{"name":"f","input_schema":{"type":"object","additionalProperties":false},"strict":true}]`}},
		"choice without tools": {
			func(r *api.Request) { r.ToolChoice.Mode = api.ToolNone },
			map[string]string{"tool_choice": ""},
		},
		"no parallel calls": {func(r *api.Request) {
			r.Tools = []api.Tool{{Name: "f"}}
			r.ToolChoice.Parallel = api.Some(false)
		}, map[string]string{"tool_choice": `{"type":"auto","disable_parallel_tool_use":true}`}},
		"no calls": {func(r *api.Request) {
			r.Tools = []api.Tool{{Name: "f"}}
			r.ToolChoice = api.ToolChoice{Mode: api.ToolNone, Parallel: api.Some(false)}
		}, map[string]string{"tool_choice": `{"type":"none"}`}},
		"some tools allowed": {func(r *api.Request) {
			r.Tools = []api.Tool{{Name: "f"}, {Name: "g"}}
			r.ToolChoice = api.ToolChoice{Mode: api.ToolAllowed, Names: []string{"g"}, Required: true}
		}, map[string]string{"tools.#.name": `["g"]`, "tool_choice": `{"type":"any"}`}},
		"count": {func(r *api.Request) {
			r.Op, r.Stream = api.OpCountTokens, true
			r.Sampling.Temperature, r.Sampling.Stop, r.User = api.Some(1.0), []string{"x"}, "u"
		}, map[string]string{"max_tokens": "", "stream": "", "temperature": "", "stop_sequences": "", "metadata": ""}},
	} {
		t.Run(name, func(t *testing.T) {
			out := appendRequest(t, asking(c.change))
			for path, want := range c.want {
				require.Equal(t, want, gjson.Get(out, path).Raw, "%s in %s", path, out)
			}
		})
	}
}

func TestRequestThatTheDialectCannotSay(t *testing.T) {
	for name, c := range map[string]struct {
		change func(r *api.Request)
		kind   api.Kind
		param  string
	}{
		"several answers": {func(r *api.Request) { r.Sampling.N = api.Some[int64](2) }, api.KindUnsupported, "n"},
		"forbidden words": {func(r *api.Request) { r.Sampling.LogitBias = api.JSON(`{"5":-100}`) }, api.KindUnsupported, "logit_bias"},
		"spoken answer":   {func(r *api.Request) { r.Modalities = []string{"text", "audio"} }, api.KindUnsupported, "modalities"},
		"sound": {func(r *api.Request) {
			r.Messages[0].Parts = append(r.Messages[0].Parts, api.Part{Kind: api.PartAudio, Media: &api.Media{Data: "AAAA"}})
		}, api.KindUnsupported, "messages[0].content[1]"},
		"video": {func(r *api.Request) {
			r.Messages[0].Parts[0] = api.Part{Kind: api.PartVideo, Media: &api.Media{Data: "AAAA"}}
		}, api.KindUnsupported, "messages[0].content[0]"},
		"spreadsheet": {func(r *api.Request) {
			r.Messages[0].Parts[0] = api.Part{Kind: api.PartFile, Media: &api.Media{MIME: "application/vnd.ms-excel", Data: "AAAA"}}
		}, api.KindUnsupported, "messages[0].content[0]"},
		"image in a cloud store": {func(r *api.Request) {
			r.Messages[0].Parts[0] = api.Part{Kind: api.PartImage, Media: &api.Media{URL: "gs://b/o"}}
		}, api.KindUnsupported, "messages[0].content[0]"},
		"image of no known type": {func(r *api.Request) {
			r.Messages[0].Parts[0] = api.Part{Kind: api.PartImage, Media: &api.Media{MIME: "image/*", Data: "AAAA"}}
		}, api.KindInvalid, "messages[0].content[0].source"},
		"image without content": {func(r *api.Request) {
			r.Messages[0].Parts[0] = api.Part{Kind: api.PartImage}
		}, api.KindInvalid, "messages[0].content[0].source"},
		"tool of another provider": {func(r *api.Request) {
			r.Tools = []api.Tool{{Raw: api.JSON(`{"googleSearch":{}}`), RawOf: "genai"}}
		}, api.KindUnsupported, "tools[0]"},
		"nothing said": {func(r *api.Request) { r.Messages[0].Parts[0].Text = " " }, api.KindInvalid, "messages"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Codec.AppendRequest(nil, asking(c.change), &dialect.Quirks{})
			require.NotNil(t, err)
			require.Equal(t, c.kind, err.Kind)
			require.Equal(t, c.param, err.Param)
			require.True(t, strings.HasPrefix(err.Message, c.param+": "), err.Message)
		})
	}
}

func TestQuirksOfARequest(t *testing.T) {
	r := asking(func(r *api.Request) { r.Tools = []api.Tool{{Name: "f", Strict: api.Some(true)}} })
	out, err := Codec.AppendRequest(nil, r, &dialect.Quirks{DefaultMaxTokens: 77, NoStrict: true})
	require.Nil(t, err)
	require.EqualValues(t, 77, gjson.GetBytes(out, "max_tokens").Int())
	require.False(t, gjson.GetBytes(out, "tools.0.strict").Exists())
}

func TestDecodedRequestInTheVocabulary(t *testing.T) {
	r := decodeRequest(t, api.OpChat, readFile(t, "testdata/requests/everything.json"))
	require.Equal(t, api.Reasoning{Effort: "max", Show: api.Some(false)}, r.Reasoning)
	require.Equal(t, api.ToolChoice{Mode: api.ToolAuto, Parallel: api.Some(false)}, r.ToolChoice)
	require.Equal(t, &api.Cache{TTL: "1h"}, r.Cache)
	require.Equal(t, "u-7", r.User)
	require.True(t, r.Stream)
	require.Equal(t, []api.Role{api.RoleUser, api.RoleAssistant, api.RoleTool}, roles(r))

	user := r.Messages[0].Parts
	require.Equal(t, api.Media{MIME: "application/pdf", Data: "JVBERi0xLjQK", Name: "Report", Context: "Draft."}, *user[0].Media)
	require.Equal(t, "One.\nTwo.", user[3].Media.Text)
	require.Equal(t, api.PartOpaque, user[4].Kind)
	require.Equal(t, &api.Cache{TTL: "5m"}, user[6].Cache)

	said := r.Messages[1].Parts
	require.Equal(t, api.PartRedacted, said[1].Kind)
	require.Equal(t, "anthropic", said[1].SignatureOf)
	require.Equal(t, "https://example.org", said[4].Citations[0].URL)
	require.Equal(t, api.JSON("{}"), said[5].Call.Args)

	require.Len(t, r.Messages[2].Parts[0].Result.Parts, 2)
	require.Nil(t, r.Tools[0].Raw)
	require.Equal(t, "anthropic", r.Tools[1].RawOf)
}

func roles(r *api.Request) (list []api.Role) {
	for i := range r.Messages {
		list = append(list, r.Messages[i].Role)
	}
	return list
}

func TestDecodeSplitsToolResultsFromWhatTheUserSays(t *testing.T) {
	r := decodeRequest(t, api.OpChat, readFile(t, "testdata/requests/tool-results.json"))
	require.Equal(t, []api.Role{api.RoleUser, api.RoleAssistant, api.RoleTool, api.RoleUser}, roles(r))
	require.Len(t, r.Messages[2].Parts, 2)
	require.True(t, r.Messages[2].Parts[1].Result.IsError)
	require.Equal(t, "So?", r.Messages[3].Parts[0].Text)
}

func TestDecodePutsToolResultsBeforeWhatTheUserSays(t *testing.T) {
	r := decodeRequest(t, api.OpChat, []byte(`{"model":"m","max_tokens":5,"messages":[
		{"role":"user","content":"f?"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},
		{"role":"user","content":[{"type":"text","text":"here:"},{"type":"tool_result","tool_use_id":"a","content":"1"}]}]}`))
	require.Equal(t, []api.Role{api.RoleUser, api.RoleAssistant, api.RoleTool, api.RoleUser}, roles(r))
}

func TestThinkingInTheVocabulary(t *testing.T) {
	for name, c := range map[string]struct {
		members string
		want    api.Reasoning
	}{
		"none said":             {``, api.Reasoning{}},
		"enabled":               {`,"thinking":{"type":"enabled","budget_tokens":2048}`, api.Reasoning{Budget: api.Some[int64](2048)}},
		"adaptive":              {`,"thinking":{"type":"adaptive"}`, api.Reasoning{Budget: api.Some[int64](-1)}},
		"adaptive with effort":  {`,"thinking":{"type":"adaptive"},"output_config":{"effort":"low"}`, api.Reasoning{Effort: "low"}},
		"disabled":              {`,"thinking":{"type":"disabled"}`, api.Reasoning{Effort: "none"}},
		"disabled with effort":  {`,"thinking":{"type":"disabled"},"output_config":{"effort":"low"}`, api.Reasoning{Effort: "low", Budget: api.Some[int64](0)}},
		"enabled with effort":   {`,"thinking":{"type":"enabled","budget_tokens":2000},"output_config":{"effort":"low"}`, api.Reasoning{Effort: "low", Budget: api.Some[int64](2000)}},
		"effort without a word": {`,"output_config":{"effort":"low"}`, api.Reasoning{Effort: "low"}},
	} {
		t.Run(name, func(t *testing.T) {
			body := `{"model":"claude-opus-4-6","max_tokens":5000,"messages":[{"role":"user","content":[{"type":"text","text":"x"}]}]` + c.members + `}`
			r := decodeRequest(t, api.OpChat, []byte(body))
			require.Equal(t, c.want, r.Reasoning)
			require.JSONEq(t, body, appendRequest(t, r))
		})
	}
}

func TestDecodeRefusesWrongTypes(t *testing.T) {
	for body, param := range map[string]string{
		`"messages":[1]`: "messages[0]",
		`"messages":[{"role":"robot","content":"x"}]`:                        "messages[0].role",
		`"messages":[{"role":"user"}]`:                                       "messages[0].content",
		`"messages":[{"role":"user","content":["x"]}]`:                       "messages[0].content[0].type",
		`"messages":[{"role":"user","content":[{"type":"text","text":1}]}]`:  "messages[0].content[0].text",
		`"messages":[{"role":"user","content":"x"}],"temperature":"hot"`:     "temperature",
		`"messages":[{"role":"user","content":"x"}],"stop_sequences":"x"`:    "stop_sequences",
		`"messages":[{"role":"user","content":"x"}],"tools":[{"name":5}]`:    "tools[0].name",
		`"messages":[{"role":"user","content":"x"}],"tools":{}`:              "tools",
		`"messages":[{"role":"user","content":"x"}],"tool_choice":"auto"`:    "tool_choice.type",
		`"messages":[{"role":"user","content":"x"}],"thinking":{"type":"x"}`: "thinking.type",
		`"messages":[{"role":"user","content":"x"}],"system":5`:              "system",
		`"messages":[{"role":"user","content":"x"}],"metadata":[]`:           "metadata",
	} {
		t.Run(body, func(t *testing.T) {
			full := []byte(`{"model":"m","max_tokens":5,` + body + `}`)
			var r api.Request
			err := Codec.DecodeRequest(peekBody(t, api.OpChat, full), full, &r)
			require.NotNil(t, err)
			require.Equal(t, api.KindInvalid, err.Kind)
			require.Equal(t, param, err.Param)
			require.True(t, strings.HasPrefix(err.Message, param+": "), err.Message)
		})
	}
}
