package bedrock

import (
	"bytes"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/anthropic"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Invoke is what callers of InvokeModel and InvokeModelWithResponseStream speak: the
// words of whichever maker's model they mean to ask. Such a body goes to Bedrock as it
// is, and to others where this package can read it. Nothing is written in it to a
// provider.
var Invoke = invoke{}

type invoke struct{ codec }

var (
	_ dialect.Codec      = Invoke
	_ dialect.Reframer   = Invoke
	_ dialect.ErrorNamer = Invoke
)

// InvokeName is the dialect's name.
const InvokeName = "bedrock_invoke"

// Name implements dialect.Codec.
func (invoke) Name() string { return InvokeName }

// AppendPath implements dialect.Codec.
func (invoke) AppendPath(dst []byte, _ api.Op, model string, stream bool) []byte {
	return appendInvoke(dst, model, stream)
}

// Peek implements dialect.Codec. The body says what operation it is.
func (invoke) Peek(h *dialect.Head, body []byte) *api.Error {
	s := formScan{head: h, body: body}
	end, err := jsonx.ScanObject(body, func(m jsonx.Member) error { return s.member(m) })
	if err != nil {
		return dialect.PeekError(err)
	}
	f := s.form()
	model, stream := h.Model, h.Stream
	h.Op = api.OpChat
	if f.embeds() {
		h.Op = api.OpEmbedding
	}
	var fault *api.Error
	switch f {
	case formClaude:
		fault = anthropic.Codec.Peek(h, body)
	case formOpenAI:
		h.ModelInPath = true
		fault = openai.Codec.Peek(h, body)
		h.UsageEdit, h.StreamOptionsAt = jsonx.Edit{}, jsonx.Span{}
	default:
		fault = peekFallbacks(h, body)
	}
	// The path says what the body, if it says it too, does not.
	h.Model, h.Stream, h.StreamUsage, h.ModelAt = model, stream, true, jsonx.Span{}
	h.Form, h.BodyEnd = uint8(f), end
	if fault == nil && stream && f.embeds() {
		return take.Invalid("invalid_value", "stream", "Embeddings are not streamed. Use invoke.")
	}
	return fault
}

// peekFallbacks reads the gateway's own field, which is there once if at all.
func peekFallbacks(h *dialect.Head, body []byte) *api.Error {
	o := objectPeek{head: h, body: body, fields: fieldsOf(fallbacksField), top: true}
	if _, err := jsonx.ScanObject(body, func(m jsonx.Member) error { return o.member(m) }); err != nil {
		return dialect.PeekError(err)
	}
	return nil
}

// DecodeRequest implements dialect.Codec.
func (invoke) DecodeRequest(h *dialect.Head, body []byte, into *api.Request) *api.Error {
	v := jsonx.Value(bytes.TrimSpace(body))
	var err *api.Error
	switch f := form(h.Form); f {
	case formClaude:
		if err = anthropic.Codec.DecodeRequest(h, body, into); err == nil {
			into.Extra = without(into.Extra, "anthropic_version", "anthropic_beta")
		}
	case formOpenAI:
		err = openai.Codec.DecodeRequest(h, body, into)
	case formNova:
		into.ExtraOf = name
		err = decodeNova(v, into)
	case formLlama, formMistral, formTitanText:
		err = decodePrompt(f, v, into)
	case formTitanEmbed:
		err = decodeTitanEmbed(v, into)
	case formCohereEmbed, formCohereTyped:
		err = decodeCohereEmbed(v, into)
	default:
		err = api.Errorf(api.KindUnsupported, "unsupported_field",
			"This body is in a form that only its own model at Amazon Bedrock reads. Use converse, or a body of Claude's, Nova's, Llama's, Mistral's, Titan's or Cohere's.")
	}
	into.Op, into.Model, into.Stream, into.StreamUsage = h.Op, h.Model, h.Stream, true
	return err
}

func without(fields []api.Field, names ...string) []api.Field {
	kept := fields[:0]
next:
	for _, f := range fields {
		for _, n := range names {
			if f.Name == n {
				continue next
			}
		}
		kept = append(kept, f)
	}
	return kept
}

// AppendRequest implements dialect.Codec.
func (invoke) AppendRequest(dst []byte, r *api.Request, _ *dialect.Quirks) ([]byte, *api.Error) {
	return dst, unsupportedOp(r.Op)
}

// Inspect implements dialect.Codec: what a model answers is in its own words, of which
// the usage is known.
func (invoke) Inspect(op api.Op, body []byte) (api.Usage, *api.Error) {
	v := jsonx.Value(bytes.TrimSpace(body))
	switch {
	case jsonx.Valid(body) != nil || v.Kind() != jsonx.Object:
		return api.Usage{}, badAnswer("no JSON object")
	case op == api.OpEmbedding && v.Get("inputTextTokenCount") != nil:
		return embeddingUsage(v), nil
	case v.Get("content") != nil && v.Get("usage", "input_tokens") != nil:
		return anthropic.Codec.Inspect(api.OpChat, body)
	case v.Get("choices") != nil:
		return openai.Codec.Inspect(api.OpChat, body)
	case v.Len() == 1 && messageOf(v) != "":
		return api.Usage{}, errorInAnswer("", body)
	}
	return plainUsage(v), nil
}

// plainUsage reads the usage of the forms that have it at the top: Nova's, Llama's and Titan's.
func plainUsage(v jsonx.Value) api.Usage {
	if u := v.Get("usage"); u != nil {
		return usageOf(u)
	}
	count := func(path ...string) int64 { n, _ := v.Get(path...).Int(); return max(n, 0) }
	switch {
	case v.Get("generation_token_count") != nil:
		return api.Usage{Input: count("prompt_token_count"), Output: count("generation_token_count"), Known: true}
	case v.Get("inputTextTokenCount") != nil:
		u := api.Usage{Input: count("inputTextTokenCount"), Known: true}
		for r := range v.Get("results").Elements() {
			n, _ := r.Get("tokenCount").Int()
			u.Output += max(n, 0)
		}
		return u
	}
	return api.Usage{}
}

// DecodeResponse implements dialect.Codec. Nobody asks for it: no provider is asked in
// this dialect but with a caller's own body, and gets its answer as it is.
func (c invoke) DecodeResponse(op api.Op, body []byte, _ *api.Response) *api.Error {
	_, err := c.Inspect(op, body)
	return err
}
