package media

import (
	"cmp"
	"encoding/base64"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Gemini is Google's: Imagen's predict, and conversations whose answer is a picture or
// sound. https://ai.google.dev/gemini-api/docs/image-generation
type Gemini struct {
	at string // where models are; empty for the Gemini API's own place
}

// Ask implements Form.
func (g Gemini) Ask(r *Request) *api.Error {
	r.Whole = true
	if r.Stream {
		if err := r.without("stream", "false"); err != nil {
			return err
		}
	}
	switch r.Op {
	case api.OpSpeech:
		return g.askSpeech(r)
	case api.OpTranscription:
		return g.askTranscript(r)
	case api.OpImageEdit:
		return g.askEdit(r)
	case api.OpVideo:
		return g.askVideo(r)
	}
	return g.askPicture(r)
}

func (g Gemini) askPicture(r *Request) *api.Error {
	prompt := r.text("prompt")
	if prompt == "" {
		return missing("prompt")
	}
	if err := r.withoutAll([]string{"auto", "png", "b64_json", "opaque"}, "background", "output_format", "response_format", "style"); err != nil {
		return err
	}
	shape := shapeOf(r.text("size"))
	if strings.HasPrefix(r.Model, "imagen") {
		g.path(r, ":predict")
		b := jsonx.AppendString([]byte(`{"instances":[{"prompt":`), prompt)
		b = strconv.AppendInt(append(b, `}],"parameters":{"sampleCount":`...), r.count(), 10)
		if shape != "" {
			b = jsonx.AppendString(append(b, `,"aspectRatio":`...), shape)
		}
		r.JSON = append(b, "}}"...)
		return nil
	}
	if r.count() > 1 {
		if err := r.without("n"); err != nil {
			return err
		}
	}
	g.path(r, ":generateContent")
	b := jsonx.AppendString([]byte(`{"contents":[{"role":"user","parts":[{"text":`), prompt)
	b = append(b, `}]}],"generationConfig":{"responseModalities":["IMAGE"]`...)
	if shape != "" {
		b = append(jsonx.AppendString(append(b, `,"imageConfig":{"aspectRatio":`...), shape), '}')
	}
	r.JSON = append(b, "}}"...)
	return nil
}

func (g Gemini) path(r *Request, verb string) {
	r.Path = append(segment([]byte(cmp.Or(g.at, "/models/")), r.Model), verb...)
}

// shapes are the forms of pictures that Google has.
var shapes = []string{"1:1", "3:4", "4:3", "9:16", "16:9"}

// shapeOf is the form of Google's that is nearest to a size such as 1536x1024; "" for none.
func shapeOf(size string) string { return nearest(shapes, size) }

// nearest is the one of some forms that is nearest to a size.
func nearest(shapes []string, size string) string {
	w, h, ok := sides(size, "x")
	if !ok {
		return ""
	}
	distance := func(shape string) float64 {
		a, b, _ := sides(shape, ":")
		return math.Abs(math.Log(w / h * b / a))
	}
	return slices.MinFunc(shapes, func(a, b string) int { return int(math.Copysign(1, distance(a)-distance(b))) })
}

func sides(s, between string) (w, h float64, ok bool) {
	a, b, ok := strings.Cut(s, between)
	w, errW := strconv.ParseFloat(a, 64)
	h, errH := strconv.ParseFloat(b, 64)
	return w, h, ok && errW == nil && errH == nil && w > 0 && h > 0
}

// geminiVoices stand for OpenAI's, which Google does not have.
var geminiVoices = map[string]string{
	"alloy": "Kore", "ash": "Charon", "ballad": "Orus", "coral": "Aoede", "echo": "Puck", "fable": "Fenrir",
	"nova": "Leda", "onyx": "Iapetus", "sage": "Zephyr", "shimmer": "Callirrhoe", "verse": "Enceladus",
}

func (g Gemini) askSpeech(r *Request) *api.Error {
	text := r.text("input")
	if text == "" {
		return missing("input")
	}
	if err := r.withoutAll([]string{"1", "1.0", "audio", "wav", "pcm"}, "speed", "stream_format", "response_format"); err != nil {
		return err
	}
	if how := r.text("instructions"); how != "" {
		text = how + ": " + text
	}
	voice := r.text("voice")
	if known, ok := geminiVoices[voice]; ok {
		voice = known
	}
	g.path(r, ":generateContent")
	b := jsonx.AppendString([]byte(`{"contents":[{"role":"user","parts":[{"text":`), text)
	b = append(b, `}]}],"generationConfig":{"responseModalities":["AUDIO"],"speechConfig":{"voiceConfig":{"prebuiltVoiceConfig":{"voiceName":`...)
	r.JSON = append(jsonx.AppendString(b, voice), "}}}}}"...)
	return nil
}

// Answer implements Form.
func (g Gemini) Answer(r *Request, _ string, body []byte) (*Answer, *api.Error) {
	if r.Op == api.OpVideo {
		return g.answerVideo(r, body)
	}
	if jsonx.Valid(body) != nil {
		return nil, bad()
	}
	v := jsonx.Value(body)
	if r.Op == api.OpTranscription {
		return g.transcript(r, v)
	}
	var found []jsonx.Value
	kind := ""
	for p := range v.Get("predictions").Elements() {
		if data := p.Get("bytesBase64Encoded"); data != nil {
			found = append(found, data)
		}
	}
	for c := range v.Get("candidates").Elements() {
		for p := range c.Get("content", "parts").Elements() {
			if data := p.Get("inlineData", "data"); data != nil {
				found = append(found, data)
				kind, _ = p.Get("inlineData", "mimeType").Str()
			}
		}
	}
	if len(found) == 0 {
		return nil, g.refusal(v)
	}
	a := &Answer{ContentType: "application/json"}
	a.Usage = usageOf(v)
	input, output := a.Usage.Input, a.Usage.Output
	if r.Op == api.OpSpeech {
		return g.sound(r, a, kind, found)
	}
	a.Body = strconv.AppendInt([]byte(`{"created":`), time.Now().Unix(), 10)
	a.Body = append(a.Body, `,"data":[`...)
	for i, data := range found {
		if i > 0 {
			a.Body = append(a.Body, ',')
		}
		a.Body = append(append(append(a.Body, `{"b64_json":`...), data...), '}')
	}
	a.Body = append(a.Body, ']')
	if a.Usage.Known {
		a.Body = strconv.AppendInt(append(a.Body, `,"usage":{"input_tokens":`...), input, 10)
		a.Body = strconv.AppendInt(append(a.Body, `,"output_tokens":`...), output, 10)
		a.Body = append(strconv.AppendInt(append(a.Body, `,"total_tokens":`...), input+output, 10), '}')
	}
	a.Body = append(a.Body, '}')
	return a, nil
}

func count(v jsonx.Value, name string) int64 {
	n, _ := v.Get("usageMetadata", name).Int()
	return max(n, 0)
}

// refusal is the error of an answer without what was asked for: the model has
// declined, and perhaps said why.
func (Gemini) refusal(v jsonx.Value) *api.Error {
	if why, _ := v.Get("promptFeedback", "blockReason").Str(); why != "" {
		return declined(why)
	}
	for c := range v.Get("candidates").Elements() {
		if why, _ := c.Get("finishReason").Str(); why != "" && why != "STOP" {
			return declined(why)
		}
	}
	for p := range v.Get("predictions").Elements() {
		if why, _ := p.Get("raiFilteredReason").Str(); why != "" {
			return declined(why)
		}
	}
	return bad()
}

func declined(why string) *api.Error {
	return api.Invalid("content_filter", "prompt", "The model has declined: %s.", strings.Clone(why))
}

// sound makes an answer of PCM samples, which is what Google sends.
func (Gemini) sound(r *Request, a *Answer, kind string, found []jsonx.Value) (*Answer, *api.Error) {
	var samples []byte
	for _, data := range found {
		s, _ := data.Str()
		var err error
		if samples, err = base64.StdEncoding.AppendDecode(samples, []byte(s)); err != nil {
			return nil, bad()
		}
	}
	if r.text("response_format") == "pcm" {
		a.ContentType, a.Body = "audio/pcm", samples
		return a, nil
	}
	rate := 24000
	if _, after, ok := strings.Cut(kind, "rate="); ok {
		after, _, _ = strings.Cut(after, ";")
		if n, err := strconv.Atoi(strings.TrimSpace(after)); err == nil && n > 0 {
			rate = n
		}
	}
	a.ContentType, a.Body = "audio/wav", wav(samples, rate)
	return a, nil
}

// wav puts a head before samples of one channel and 16 bits.
func wav(samples []byte, rate int) []byte {
	const head = 44
	u32 := func(b []byte, n int) []byte { return append(b, byte(n), byte(n>>8), byte(n>>16), byte(n>>24)) }
	b := make([]byte, 0, head+len(samples))
	b = append(u32(append(b, "RIFF"...), head-8+len(samples)), "WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"...)
	b = append(u32(u32(b, rate), 2*rate), "\x02\x00\x10\x00data"...)
	return append(u32(b, len(samples)), samples...)
}
