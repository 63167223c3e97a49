package genai

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// decodeGeneration reads generationConfig:
// https://ai.google.dev/api/generate-content#generationconfig
func decodeGeneration(v jsonx.Value, r *api.Request) *api.Error {
	if err := take.WantObject(v, "generationConfig", "an object"); err != nil {
		return err
	}
	var form responseForm
	for key, m := range v.Members() {
		if err := decodeKnob(key, m, r, &form); err != nil {
			return err
		}
	}
	return form.decode(r)
}

func decodeKnob(key string, m jsonx.Value, r *api.Request, form *responseForm) *api.Error {
	s, param := &r.Sampling, inGeneration+key
	switch key {
	case "maxOutputTokens", "max_output_tokens":
		return readInt(m, param, &s.MaxTokens)
	case "temperature":
		return take.Float(m, param, &s.Temperature)
	case "topP", "top_p":
		return take.Float(m, param, &s.TopP)
	case "topK", "top_k":
		return readInt(m, param, &s.TopK)
	case "candidateCount", "candidate_count":
		return readInt(m, param, &s.N)
	case "seed":
		return readInt(m, param, &s.Seed)
	case "presencePenalty", "presence_penalty":
		return take.Float(m, param, &s.PresencePenalty)
	case "frequencyPenalty", "frequency_penalty":
		return take.Float(m, param, &s.FrequencyPenalty)
	case "stopSequences", "stop_sequences":
		return take.Strings(m, param, &s.Stop)
	case "responseLogprobs", "response_logprobs":
		return take.Bool(m, param, &s.LogProbs)
	case "logprobs":
		return readInt(m, param, &s.TopLogProbs)
	case "responseMimeType", "response_mime_type":
		return take.String(m, param, &form.mime)
	case "responseSchema", "response_schema":
		form.schema = m
	case "responseJsonSchema", "response_json_schema":
		form.jsonSchema = m
	case "responseModalities", "response_modalities":
		return decodeModalities(m, param, r)
	case "speechConfig", "speech_config":
		return decodeSpeech(m, param, r)
	case "thinkingConfig", "thinking_config":
		return decodeThinking(m, param, r)
	default:
		r.Extra = extra(r.Extra, inGeneration, key, m)
	}
	return nil
}

const (
	mimeJSON = "application/json"
	mimeText = "text/plain"
)

// responseForm gathers the members that together say in what form the answer's
// text must be.
type responseForm struct {
	mime       string
	schema     jsonx.Value // Google's own kind of schema
	jsonSchema jsonx.Value
}

func (f *responseForm) decode(r *api.Request) *api.Error {
	if err := take.WantObject(f.schema, inGeneration+"responseSchema", "an object"); err != nil {
		return err
	}
	switch {
	case f.mime == mimeJSON && take.Present(f.jsonSchema):
		r.Format = api.Format{Kind: api.FormatSchema, Schema: api.JSON(f.jsonSchema)}
	case f.mime == mimeJSON && take.Present(f.schema):
		r.Format = api.Format{Kind: api.FormatSchema, Schema: appendJSONSchema(nil, f.schema)}
	case f.mime == mimeJSON:
		r.Format.Kind = api.FormatJSON
	default:
		f.decodeOther(r)
	}
	return nil
}

// decodeOther keeps for this dialect what is no JSON form: text/x.enum and its
// schema, or a schema without a type.
func (f *responseForm) decodeOther(r *api.Request) {
	switch f.mime {
	case "":
	case mimeText:
		r.Format.Kind = api.FormatText
	default:
		r.Extra = extra(r.Extra, inGeneration, "responseMimeType", jsonx.AppendString(nil, f.mime))
	}
	if take.Present(f.schema) {
		r.Extra = extra(r.Extra, inGeneration, "responseSchema", f.schema)
	}
	if take.Present(f.jsonSchema) {
		r.Extra = extra(r.Extra, inGeneration, "responseJsonSchema", f.jsonSchema)
	}
}

func decodeModalities(v jsonx.Value, param string, r *api.Request) *api.Error {
	first := len(r.Modalities)
	if err := take.Strings(v, param, &r.Modalities); err != nil {
		return err
	}
	for i := first; i < len(r.Modalities); i++ {
		r.Modalities[i] = strings.ToLower(r.Modalities[i])
	}
	return nil
}

// decodeSpeech reads the voice; a configuration that says more is kept whole.
func decodeSpeech(v jsonx.Value, param string, r *api.Request) *api.Error {
	if err := take.WantObject(v, param, "an object"); err != nil || !take.Present(v) {
		return err
	}
	voice := either(v, "voiceConfig", "voice_config")
	prebuilt := either(voice, "prebuiltVoiceConfig", "prebuilt_voice_config")
	r.Audio = &api.AudioOut{Voice: text(prebuilt, "voiceName", "voice_name")}
	if r.Audio.Voice == "" || v.Len() > 1 || voice.Len() > 1 || prebuilt.Len() > 1 {
		r.Extra = extra(r.Extra, inGeneration, "speechConfig", v)
	}
	return nil
}

// appendGeneration writes generationConfig; nothing where it would be empty.
func appendGeneration(o *put.Object, r *api.Request) {
	extras := own(r.Extra, r.ExtraOf)
	o.Inside("generationConfig", func(g *put.Object) {
		s := &r.Sampling
		g.OptInt("maxOutputTokens", s.MaxTokens)
		g.OptFloat("temperature", s.Temperature)
		g.OptFloat("topP", s.TopP)
		g.OptInt("topK", s.TopK)
		g.OptInt("candidateCount", s.N)
		g.OptInt("seed", s.Seed)
		g.OptFloat("presencePenalty", s.PresencePenalty)
		g.OptFloat("frequencyPenalty", s.FrequencyPenalty)
		g.Strings("stopSequences", s.Stop)
		g.OptBool("responseLogprobs", s.LogProbs)
		g.OptInt("logprobs", s.TopLogProbs)
		appendForm(g, &r.Format)
		appendModalities(g, r.Modalities)
		if r.Audio != nil && r.Audio.Voice != "" && !has(extras, inGeneration+"speechConfig") {
			appendVoice(g, r.Audio.Voice)
		}
		appendThinking(g, r)
		g.Extras(extras, inGeneration)
	})
}

func appendForm(g *put.Object, f *api.Format) {
	switch f.Kind {
	case api.FormatText:
		g.Text("responseMimeType", mimeText)
	case api.FormatJSON:
		g.Text("responseMimeType", mimeJSON)
	case api.FormatSchema:
		g.Text("responseMimeType", mimeJSON)
		g.Raw("responseJsonSchema", f.Schema)
	}
}

func appendModalities(g *put.Object, modalities []string) {
	if len(modalities) == 0 {
		return
	}
	g.Key("responseModalities")
	g.Dst = append(g.Dst, '[')
	for _, m := range modalities {
		g.Dst = put.Comma(g.Dst)
		g.Dst = jsonx.AppendString(g.Dst, strings.ToUpper(m))
	}
	g.Dst = append(g.Dst, ']')
}

func appendVoice(g *put.Object, voice string) {
	g.Key("speechConfig")
	g.Dst = append(g.Dst, `{"voiceConfig":{"prebuiltVoiceConfig":{"voiceName":`...)
	g.Dst = jsonx.AppendString(g.Dst, voice)
	g.Dst = append(g.Dst, `}}}`...)
}
