package genai

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// usageOf reads usageMetadata, without allocating. Google counts thoughts beside
// the candidates' tokens and what its own tools read beside the prompt's; cached
// tokens are part of the prompt's.
// https://ai.google.dev/api/generate-content#UsageMetadata
func usageOf(v jsonx.Value) (u api.Usage) {
	if v.Kind() != jsonx.Object {
		return u
	}
	for key, m := range v.Members() {
		n := count(m)
		switch key {
		case "promptTokenCount", "toolUsePromptTokenCount":
			u.Input += n
			u.Known = true
		case "cachedContentTokenCount":
			u.CacheRead = n
		case "candidatesTokenCount":
			u.Output += n
			u.Known = true
		case "thoughtsTokenCount":
			u.Output += n
			u.Reasoning = n
		case "promptTokensDetails":
			u.AudioIn, u.ImageIn = tokensOf(m, "AUDIO"), tokensOf(m, "IMAGE")
		case "candidatesTokensDetails":
			u.AudioOut, u.ImageOut = tokensOf(m, "AUDIO"), tokensOf(m, "IMAGE")
		}
	}
	return u
}

// count reads a number of tokens; what is none, or negative, counts nothing.
func count(v jsonx.Value) int64 {
	n, ok := v.Int()
	if !ok || n < 0 {
		return 0
	}
	return n
}

// tokensOf returns the count of a modality.
func tokensOf(details jsonx.Value, modality string) int64 {
	for d := range details.Elements() {
		if s, _ := d.Get("modality").Str(); s == modality {
			return count(d.Get("tokenCount"))
		}
	}
	return 0
}

// appendUsage writes usageMetadata; nothing where nothing is known.
func appendUsage(o *put.Object, u *api.Usage) {
	if !u.Known {
		return
	}
	o.Key("usageMetadata")
	m := put.Begin(o.Dst)
	m.Int("promptTokenCount", u.Input)
	if u.CacheRead > 0 {
		m.Int("cachedContentTokenCount", u.CacheRead)
	}
	m.Int("candidatesTokenCount", u.Output-u.Reasoning)
	if u.Reasoning > 0 {
		m.Int("thoughtsTokenCount", u.Reasoning)
	}
	m.Int("totalTokenCount", u.Total())
	appendAudioTokens(&m, "promptTokensDetails", u.Input, u.AudioIn)
	appendAudioTokens(&m, "candidatesTokensDetails", u.Output-u.Reasoning, u.AudioOut)
	o.Dst = m.End()
}

func appendAudioTokens(o *put.Object, name string, all, audio int64) {
	if audio <= 0 {
		return
	}
	o.Key(name)
	o.Dst = append(o.Dst, '[')
	if all > audio {
		t := put.Begin(o.Dst)
		t.Text("modality", "TEXT")
		t.Int("tokenCount", all-audio)
		o.Dst = append(t.End(), ',')
	}
	a := put.Begin(o.Dst)
	a.Text("modality", "AUDIO")
	a.Int("tokenCount", audio)
	o.Dst = append(a.End(), ']')
}
