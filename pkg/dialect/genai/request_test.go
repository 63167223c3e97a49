package genai

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

func TestPythonSDKRequestIsReadWhole(t *testing.T) {
	r := decoded(t, chatHead("gemini-3-pro-preview"), golden(t, "request_sdk_python.json"))
	require.Equal(t, "Be short.", r.System[0].Text)
	require.Len(t, r.Messages, 3)

	said := r.Messages[0].Parts
	require.Equal(t, api.PartImage, said[1].Kind)
	require.Equal(t, &api.Media{MIME: "image/png", Data: "iVBOR//+++++"}, said[1].Media, "URL-safe base64 becomes standard")
	require.Equal(t, api.PartFile, said[2].Kind)
	require.Equal(t, "https://generativelanguage.googleapis.com/v1beta/files/abc", said[2].Media.FileID)

	call := r.Messages[1].Parts[0]
	require.Equal(t, "//5zaWc/Pg==", call.Signature)
	require.Equal(t, "genai", call.SignatureOf)
	require.Equal(t, "get_weather", call.Call.Name)
	require.NotEmpty(t, call.Call.ID)

	require.Equal(t, api.RoleTool, r.Messages[2].Role)
	result := r.Messages[2].Parts[0].Result
	require.Equal(t, call.Call.ID, result.ID, "the answer finds its call by name")
	require.Equal(t, "18C", result.Parts[0].Text)

	require.Len(t, r.Tools, 3)
	require.JSONEq(t, `{"googleSearch":{}}`, string(r.Tools[0].Raw))
	require.JSONEq(t, `{"type":"object","properties":{"city":{"type":"string"},"days":{"type":["integer","null"]}},"required":["city"]}`,
		string(r.Tools[1].Parameters))
	require.Equal(t, api.ToolChoice{Mode: api.ToolNamed, Names: []string{"get_weather"}}, r.ToolChoice)
	require.Equal(t, api.Some[int64](40), r.Sampling.TopK)
	require.Equal(t, api.Reasoning{Effort: "low", Show: api.Some(true)}, r.Reasoning)
	require.Equal(t, "safetySettings", r.Extra[0].Name)
}

func TestRequestsSurviveTheCanonicalForm(t *testing.T) {
	for _, row := range []struct {
		file, model, want string
	}{
		{"request_tool_result.json", "gemini-2.5-flash-lite", ""},
		{"request_sdk_python_json_schema.json", "gemini-2.5-flash", ""},
		{
			"request_sdk_python_schema.json", "openai/gpt-4o",
			`{"contents":[{"role":"user","parts":[{"text":"Hi"}]}],"generationConfig":{"responseMimeType":"application/json",
			  "responseJsonSchema":{"type":"object","properties":{"a":{"type":"string"}}}}}`,
		},
		{
			"request_sdk_python.json", "gemini-3-pro-preview",
			`{"contents":[
			   {"role":"user","parts":[{"text":"What is here?"},{"inlineData":{"mimeType":"image/png","data":"iVBOR//+++++"}},
			     {"fileData":{"mimeType":"application/pdf","fileUri":"https://generativelanguage.googleapis.com/v1beta/files/abc"}}]},
			   {"role":"model","parts":[{"functionCall":{"name":"get_weather","args":{"city":"Paris"}},"thoughtSignature":"//5zaWc/Pg=="}]},
			   {"role":"user","parts":[{"functionResponse":{"name":"get_weather","response":{"result":"18C"}}}]}],
			  "systemInstruction":{"parts":[{"text":"Be short."}]},
			  "safetySettings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_NONE"}],
			  "tools":[{"functionDeclarations":[
			     {"name":"get_weather","description":"Weather of a city","parametersJsonSchema":{"type":"object","required":["city"],
			       "properties":{"city":{"type":"string"},"days":{"type":["integer","null"]}}}},
			     {"name":"f2","parametersJsonSchema":{"type":"object","properties":{"x":{"type":"string"}}}}]},{"googleSearch":{}}],
			  "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["get_weather"]}},
			  "generationConfig":{"temperature":0.2,"topP":0.9,"topK":40,"candidateCount":1,"maxOutputTokens":256,"stopSequences":["END"],
			    "presencePenalty":0.1,"frequencyPenalty":0.2,"seed":7,"thinkingConfig":{"includeThoughts":true,"thinkingLevel":"LOW"}}}`,
		},
	} {
		t.Run(row.file, func(t *testing.T) {
			body := golden(t, row.file)
			if row.want == "" {
				row.want = string(body)
			}
			require.JSONEq(t, row.want, encoded(t, decoded(t, chatHead(row.model), body)))
		})
	}
}

func TestFieldsWithoutAWordReachGoogleAgain(t *testing.T) {
	body := `{"contents":[{"role":"user","parts":[
	    {"inlineData":{"mimeType":"video/mp4","data":"AAAA"},"videoMetadata":{"fps":5}},
	    {"executableCode":{"language":"PYTHON","code":"1"},"thoughtSignature":"c2ln"}]}],
	  "cachedContent":"cachedContents/x","labels":{"team":"a"},
	  "tools":[{"functionDeclarations":[{"name":"f","behavior":"NON_BLOCKING","response":{"type":"STRING"}}]},{"codeExecution":{}}],
	  "toolConfig":{"retrievalConfig":{"latLng":{"latitude":1,"longitude":2}},"functionCallingConfig":{"mode":"VALIDATED"}},
	  "generationConfig":{"mediaResolution":"MEDIA_RESOLUTION_LOW","responseMimeType":"text/x.enum","responseSchema":{"type":"STRING","enum":["a"]},
	    "speechConfig":{"languageCode":"de-DE","voiceConfig":{"prebuiltVoiceConfig":{"voiceName":"Kore"}}},"responseModalities":["AUDIO"]},
	  "serviceTier":"flex"}`
	r := decoded(t, chatHead("gemini-3-flash"), []byte(body))
	require.Equal(t, api.PartVideo, r.Messages[0].Parts[0].Kind, "other dialects still see the video")
	require.Equal(t, []string{"audio"}, r.Modalities)
	require.Equal(t, "Kore", r.Audio.Voice)
	require.JSONEq(t, body, encoded(t, r))

	r.ExtraOf = "openai"
	require.NotContains(t, encoded(t, r), "cachedContent", "fields of another dialect stay there")
}

func TestConversationFollowsGooglesRules(t *testing.T) {
	user := func(text string) api.Message { return api.Message{Parts: []api.Part{{Text: text}}} }
	call := func(id, tool, args string) api.Part {
		return api.Part{Kind: api.PartToolCall, Call: &api.ToolCall{ID: id, Name: tool, Args: api.JSON(args)}}
	}
	result := func(id, text string, isError bool) api.Message {
		return api.Message{Role: api.RoleTool, Parts: []api.Part{{
			Kind:   api.PartToolResult,
			Result: &api.ToolResult{ID: id, IsError: isError, Parts: []api.Part{{Text: text}}},
		}}}
	}
	model := func(parts ...api.Part) api.Message { return api.Message{Role: api.RoleAssistant, Parts: parts} }
	signed := func(p api.Part, of string) api.Part { p.Signature, p.SignatureOf = "c2ln", of; return p }

	for _, row := range []struct {
		name, model, want string
		messages          []api.Message
	}{
		{
			"neighbours of one role become one content", "gemini-3-flash",
			`[{"role":"user","parts":[{"text":"a"},{"text":"b"},{"text":"c"}]}]`,
			[]api.Message{user("a"), {Role: api.RoleDeveloper, Parts: []api.Part{{Text: "b"}}}, user("c")},
		},
		{
			"foreign reasoning, redacted or not, is dropped", "gemini-3-flash",
			`[{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"text":"b"}]}]`,
			[]api.Message{user("a"), model(signed(api.Part{Kind: api.PartReasoning, Text: "hm"}, "anthropic"),
				api.Part{Kind: api.PartRedacted, Signature: "x", SignatureOf: "anthropic"}, api.Part{Text: "b"})},
		},
		{
			"the first foreign call of a step skips validation", "gemini-3-flash",
			`[{"role":"user","parts":[{"text":"a"}]},
			  {"role":"model","parts":[{"functionCall":{"id":"call_1","name":"f","args":{"x":1}},"thoughtSignature":"skip_thought_signature_validator"},
			    {"functionCall":{"id":"call_2","name":"g","args":{}}}]},
			  {"role":"user","parts":[{"functionResponse":{"id":"call_1","name":"f","response":{"result":"18C"}}},
			    {"functionResponse":{"id":"call_2","name":"g","response":{"error":"no"}}}]}]`,
			[]api.Message{
				user("a"), model(signed(call("call_1", "f", `{"x":1}`), "openai"), call("call_2", "g", ``)),
				result("call_1", "18C", false), result("call_2", "no", true),
			},
		},
		{
			"Google's own signature comes back as it was", "gemini-3-flash",
			`[{"role":"user","parts":[{"text":"a"}]},
			  {"role":"model","parts":[{"functionCall":{"name":"f","args":{}},"thoughtSignature":"c2ln"},{"functionCall":{"name":"g","args":{}}}]}]`,
			[]api.Message{user("a"), model(signed(call(MintedPrefix+"x_0", "f", `{}`), "genai"), call(MintedPrefix+"x_1", "g", `{}`))},
		},
		{
			"older models need no signature", "gemini-2.5-flash",
			`[{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"functionCall":{"id":"c","name":"f","args":{}}}]},
			  {"role":"user","parts":[{"functionResponse":{"id":"c","name":"f","response":{"ok":true}}},{"text":"b"}]}]`,
			[]api.Message{user("a"), model(call("c", "f", `{}`)), result("c", `{"ok":true}`, false), user("b")},
		},
		{
			"a step is signed also where its results and the user's words are one content", "gemini-3-flash",
			`[{"role":"user","parts":[{"text":"a"}]},
			  {"role":"model","parts":[{"functionCall":{"id":"c","name":"f","args":{}},"thoughtSignature":"skip_thought_signature_validator"}]},
			  {"role":"user","parts":[{"functionResponse":{"id":"c","name":"f","response":{"ok":true}}},{"text":"b"}]}]`,
			[]api.Message{user("a"), model(call("c", "f", `{}`)), result("c", `{"ok":true}`, false), user("b")},
		},
		{
			"results come in the order of their calls", "gemini-2.5-flash",
			`[{"role":"user","parts":[{"text":"a"}]},
			  {"role":"model","parts":[{"functionCall":{"name":"f","args":{"n":0}}},{"functionCall":{"name":"f","args":{"n":1}}}]},
			  {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"result":"zero"}}},{"functionResponse":{"name":"f","response":{"result":"one"}}}]}]`,
			[]api.Message{
				user("a"), model(call(MintedPrefix+"x_0", "f", `{"n":0}`), call(MintedPrefix+"x_1", "f", `{"n":1}`)),
				{Role: api.RoleTool, Parts: append(result(MintedPrefix+"x_1", "one", false).Parts, result(MintedPrefix+"x_0", "zero", false).Parts...)},
			},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := encoded(t, &api.Request{Op: api.OpChat, Model: row.model, Messages: row.messages})
			require.JSONEq(t, `{"contents":`+row.want+`}`, got)
		})
	}
}

func TestMediaInToolResultsGoWhereTheModelReadsThem(t *testing.T) {
	r := &api.Request{Op: api.OpChat, Messages: []api.Message{{Role: api.RoleTool, Parts: []api.Part{{
		Kind: api.PartToolResult, Result: &api.ToolResult{ID: "c", Name: "shot", Parts: []api.Part{
			{Text: "done"}, {Kind: api.PartImage, Media: &api.Media{MIME: "image/png", Data: "AAAA"}},
		}},
	}}}}}
	r.Model = "gemini-3-flash"
	require.JSONEq(t, `{"contents":[{"role":"user","parts":[{"functionResponse":{"id":"c","name":"shot","response":{"result":"done"},
		"parts":[{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]}}]}]}`, encoded(t, r))
	r.Model = "gemini-2.5-flash"
	require.JSONEq(t, `{"contents":[{"role":"user","parts":[{"functionResponse":{"id":"c","name":"shot","response":{"result":"done"}}},
		{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]}]}`, encoded(t, r))
}

func TestThinkingIsSaidInTheModelsWords(t *testing.T) {
	for _, row := range []struct {
		model, of string
		want      api.Reasoning
		wire      string
	}{
		{"gemini-3.7-flash", "openai", api.Reasoning{Effort: "max", Show: api.Some(false)}, `{"thinkingLevel":"XHIGH","includeThoughts":false}`},
		{"gemini-flash-latest", "genai", api.Reasoning{Effort: "minimal"}, `{"thinkingLevel":"MINIMAL"}`},
		{"gemini-3-pro", "anthropic", api.Reasoning{Effort: "low", Budget: api.Some[int64](99)}, `{"thinkingLevel":"LOW","includeThoughts":true}`},
		{"gemini-3-pro", "genai", api.Reasoning{Budget: api.Some[int64](-1)}, `{"thinkingBudget":-1}`},
		{"gemini-3-pro", "anthropic", api.Reasoning{Budget: api.Some[int64](-1)}, `{"includeThoughts":true}`},
		{"gemini-3-pro", "anthropic", api.Reasoning{Budget: api.Some[int64](4096)}, `{"thinkingLevel":"MEDIUM","includeThoughts":true}`},
		{"gemini-3-flash", "openai", api.Reasoning{Effort: "none"}, `{"thinkingLevel":"MINIMAL"}`},
		{"gemini-3-flash", "anthropic", api.Reasoning{Effort: "high", Budget: api.Some[int64](0)}, `{"thinkingLevel":"MINIMAL"}`},
		{"google/gemini-2.5-pro", "openai", api.Reasoning{Effort: "medium"}, `{"thinkingBudget":8192,"includeThoughts":true}`},
		{"gemini-2.5-pro", "genai", api.Reasoning{Effort: "low", Budget: api.Some[int64](99)}, `{"thinkingBudget":99}`},
		{"gemini-2.5-flash", "openai", api.Reasoning{Effort: "none"}, `{"thinkingBudget":0}`},
		{"gemini-2.0-flash", "openai", api.Reasoning{Effort: "high"}, ``},
		{"gemma-3-27b-it", "openai", api.Reasoning{Effort: "high"}, ``},
	} {
		want := `{"contents":[{"role":"user","parts":[{"text":"a"}]}]}`
		if row.wire != "" {
			want = `{"contents":[{"role":"user","parts":[{"text":"a"}]}],"generationConfig":{"thinkingConfig":` + row.wire + `}}`
		}
		got := encoded(t, &api.Request{
			Op: api.OpChat, Model: row.model, Reasoning: row.want, ExtraOf: row.of,
			Messages: []api.Message{{Parts: []api.Part{{Text: "a"}}}},
		})
		require.JSONEq(t, want, got, row.model)
	}
}

func TestToolChoiceBothWays(t *testing.T) {
	for _, row := range []struct {
		wire string
		want api.ToolChoice
	}{
		{`{"mode":"AUTO"}`, api.ToolChoice{Mode: api.ToolAuto}},
		{`{"mode":"NONE"}`, api.ToolChoice{Mode: api.ToolNone}},
		{`{"mode":"ANY"}`, api.ToolChoice{Mode: api.ToolRequired}},
		{`{"mode":"ANY","allowedFunctionNames":["a","b"]}`, api.ToolChoice{Mode: api.ToolAllowed, Names: []string{"a", "b"}, Required: true}},
		{`{"mode":"VALIDATED","allowedFunctionNames":["a"]}`, api.ToolChoice{Mode: api.ToolAllowed, Names: []string{"a"}}},
	} {
		body := `{"contents":[{"role":"user","parts":[{"text":"a"}]}],"toolConfig":{"functionCallingConfig":` + row.wire + `}}`
		r := decoded(t, chatHead("m"), []byte(body))
		require.Equal(t, row.want, r.ToolChoice)
		require.JSONEq(t, body, encoded(t, r))
	}
}

func TestRequestThatGoogleCannotServeIsRefused(t *testing.T) {
	message := func(p api.Part) []api.Message { return []api.Message{{Parts: []api.Part{p}}} }
	for _, row := range []struct {
		name, code string
		request    api.Request
	}{
		{"an image at a URL that is not safe", "unsupported_media_url", api.Request{
			Op:       api.OpChat,
			Messages: message(api.Part{Kind: api.PartImage, Media: &api.Media{URL: "http://example.com/a.png"}}),
		}},
		{"a URL without a host", "unsupported_media_url", api.Request{
			Op:       api.OpChat,
			Messages: message(api.Part{Kind: api.PartVideo, Media: &api.Media{URL: "https:///a"}}),
		}},
		{"a file of another store", "unsupported_file", api.Request{
			Op:       api.OpChat,
			Messages: message(api.Part{Kind: api.PartFile, Media: &api.Media{FileID: "file-abc"}}),
		}},
		{"a tool that another provider runs", "unsupported_tool", api.Request{
			Op:    api.OpChat,
			Tools: []api.Tool{{Name: "web_search", Raw: api.JSON(`{}`), RawOf: "anthropic"}},
		}},
		{"a result without a call", "unknown_tool_call", api.Request{
			Op:       api.OpChat,
			Messages: []api.Message{{Role: api.RoleTool, Parts: []api.Part{{Kind: api.PartToolResult, Result: &api.ToolResult{ID: "x"}}}}},
		}},
		{"tokens to embed", "unsupported_embedding_input", api.Request{Op: api.OpEmbedding, Inputs: []api.Input{{Tokens: api.JSON(`[1]`)}}}},
		{"an operation it has not", "unsupported_operation", api.Request{Op: api.OpCompletion}},
	} {
		t.Run(row.name, func(t *testing.T) {
			out, err := Codec.AppendRequest([]byte("kept"), &row.request, &dialect.Quirks{})
			require.NotNil(t, err)
			require.Equal(t, row.code, err.Code)
			require.Equal(t, "kept", string(out))
		})
	}
}

func TestURLsThatGoogleReadsPass(t *testing.T) {
	for _, row := range []struct {
		kind      api.PartKind
		url, mime string // mime is what is told of a URL of which nothing is known
	}{
		{api.PartImage, "gs://bucket/a.png", `"mimeType":"image/png",`},
		{api.PartImage, "https://example.com/a.WEBP?width=3", `"mimeType":"image/webp",`},
		{api.PartImage, "https://example.com/avatar", `"mimeType":"image/jpeg",`},
		{api.PartFile, "https://example.com/a.pdf", `"mimeType":"application/pdf",`},
		{api.PartFile, "https://example.com/a", ``},
		{api.PartVideo, "https://www.youtube.com/watch?v=x", ``},
	} {
		media := &api.Media{URL: row.url}
		r := &api.Request{Op: api.OpChat, Messages: []api.Message{{Parts: []api.Part{{Kind: row.kind, Media: media}}}}}
		require.JSONEq(t, `{"contents":[{"role":"user","parts":[{"fileData":{`+row.mime+`"fileUri":"`+row.url+`"}}]}]}`, encoded(t, r))
		media.MIME = "x/y"
		require.JSONEq(t, `{"contents":[{"role":"user","parts":[{"fileData":{"mimeType":"x/y","fileUri":"`+row.url+`"}}]}]}`, encoded(t, r))
	}
}

func TestDecodeRequestRefuses(t *testing.T) {
	for _, row := range []struct{ name, body, code, param string }{
		{"a content that is text", `{"contents":["hi"]}`, "invalid_type", "contents[0]"},
		{"an unknown role", `{"contents":[{"role":"robot","parts":[]}]}`, "invalid_value", "contents[0].role"},
		{"a part that is text", `{"contents":[{"parts":["hi"]}]}`, "invalid_type", "contents[0].parts[0]"},
		{"text that is a number", `{"contents":[{"parts":[{"text":1}]}]}`, "invalid_type", "contents[0].parts[0].text"},
		{"data that is no base64", `{"contents":[{"parts":[{"inlineData":{"data":"a b"}}]}]}`, "invalid_value", "contents[0].parts[0].inlineData.data"},
		{"arguments that are a list", `{"contents":[{"parts":[{"functionCall":{"name":"f","args":[]}}]}]}`, "invalid_type", "contents[0].parts[0].functionCall.args"},
		{"tools that are an object", `{"contents":[{}],"tools":{}}`, "invalid_type", "tools"},
		{"a temperature that is text", `{"contents":[{}],"generationConfig":{"temperature":"hot"}}`, "invalid_type", "generationConfig.temperature"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var r api.Request
			err := Codec.DecodeRequest(peeked(t, chatHead("m"), []byte(row.body)), []byte(row.body), &r)
			require.NotNil(t, err)
			require.Equal(t, row.code, err.Code)
			require.Equal(t, row.param, err.Param)
		})
	}
}

func TestSnakeCaseAndSingleObjectsAreAccepted(t *testing.T) {
	body := `{"system_instruction":{"parts":{"text":"s"}},"contents":[{"parts":{"text":"a"}},
	    {"role":"model","parts":[{"function_call":{"id":"c","name":"f"},"thought_signature":"skip_thought_signature_validator"}]},
	    {"role":"function","parts":[{"function_response":{"id":"c","name":"f","response":{"error":"no"}}}]}],
	  "tools":[{"function_declarations":[{"name":"f","parameters_json_schema":{"type":"object"}}]}],
	  "tool_config":{"function_calling_config":{"mode":"any","allowed_function_names":["f"]}},
	  "generation_config":{"max_output_tokens":5,"top_p":0.5,"stop_sequences":["x"],"thinking_config":{"thinking_budget":0}}}`
	require.JSONEq(t, `{"systemInstruction":{"parts":[{"text":"s"}]},"contents":[{"role":"user","parts":[{"text":"a"}]},
	    {"role":"model","parts":[{"functionCall":{"id":"c","name":"f","args":{}},"thoughtSignature":"skip_thought_signature_validator"}]},
	    {"role":"user","parts":[{"functionResponse":{"id":"c","name":"f","response":{"error":"no"}}}]}],
	  "tools":[{"functionDeclarations":[{"name":"f","parametersJsonSchema":{"type":"object"}}]}],
	  "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}},
	  "generationConfig":{"maxOutputTokens":5,"topP":0.5,"stopSequences":["x"],"thinkingConfig":{"thinkingBudget":0}}}`,
		encoded(t, decoded(t, chatHead("gemini-3-flash"), []byte(body))))
}

func TestSystemTextAloneIsATurn(t *testing.T) {
	got := encoded(t, &api.Request{Op: api.OpChat, System: []api.Part{{Text: "s"}}})
	require.JSONEq(t, `{"contents":[{"role":"user","parts":[{"text":"s"}]}]}`, got)
}

func TestEmbeddingRequestsBothWays(t *testing.T) {
	body := golden(t, "request_sdk_python_embed.json")
	r := decoded(t, dialect.Head{Op: api.OpEmbedding, Model: "gemini-embedding-001"}, body)
	require.Equal(t, []api.Input{{Text: "a"}, {Text: "b"}}, r.Inputs)
	require.Equal(t, api.EmbeddingOptions{Dimensions: api.Some[int64](3), Task: "RETRIEVAL_DOCUMENT", Title: "T"}, r.Embedding)
	require.JSONEq(t, `{"requests":[
	  {"model":"models/gemini-embedding-001","content":{"parts":[{"text":"a"}]},"taskType":"RETRIEVAL_DOCUMENT","title":"T","outputDimensionality":3},
	  {"model":"models/gemini-embedding-001","content":{"parts":[{"text":"b"}]},"taskType":"RETRIEVAL_DOCUMENT","title":"T","outputDimensionality":3}]}`,
		encoded(t, r))

	legacy := decoded(t, dialect.Head{Op: api.OpEmbedding, Model: "e", Legacy: true}, []byte(`{"model":"models/e","content":{"parts":[{"text":"a"}]}}`))
	require.Equal(t, []api.Input{{Text: "a"}}, legacy.Inputs)
}

func TestCountTokensTakesBothForms(t *testing.T) {
	head := dialect.Head{Op: api.OpCountTokens, Model: "m"}
	const want = `{"generateContentRequest":{"model":"models/m","contents":[{"role":"user","parts":[{"text":"Hi"}]}]}}`
	require.JSONEq(t, want, encoded(t, decoded(t, head, golden(t, "request_sdk_python_count.json"))))
	require.JSONEq(t, want, encoded(t, decoded(t, head, []byte(want))))
}
