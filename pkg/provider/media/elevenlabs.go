package media

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// ElevenLabs speaks and listens. https://elevenlabs.io/docs/api-reference
type ElevenLabs struct{}

// elevenVoices stand for OpenAI's; others are voices' own ids.
var elevenVoices = map[string]string{
	"alloy": "21m00Tcm4TlvDq8ikWAM", "ash": "ErXwobaYiN019PkySvjV", "ballad": "yoZ06aMxZJJ28mfd3POQ", "coral": "EXAVITQu4vr4xnSDxMaL",
	"echo": "TxGEqnHWrV4WFTGW9XjX", "fable": "VR6AewLTigWG4xSOukaG", "nova": "AZnzlk1XvdvUeBnXmlld", "onyx": "pNInz6obpgDQGcFmaJgB",
	"sage": "MF3mGyEYCl7XYWbV9V6O", "shimmer": "MF3mGyEYCl7XYWbV9V6O", "verse": "ErXwobaYiN019PkySvjV",
}

// elevenFormats are its words for OpenAI's formats of sound.
var elevenFormats = map[string]string{
	"": "mp3_44100_128", "mp3": "mp3_44100_128", "opus": "opus_48000_128", "pcm": "pcm_24000", "wav": "wav_24000",
}

// Ask implements Form.
func (e ElevenLabs) Ask(r *Request) *api.Error {
	if r.Op == api.OpTranscription {
		return e.askText(r)
	}
	text, voice := r.text("input"), r.text("voice")
	switch {
	case text == "":
		return missing("input")
	case voice == "":
		voice, _ = r.Body.Get("voice", "id").Str()
	}
	if strings.Contains(voice, "..") { // some front may resolve it although it is escaped
		return api.Invalid("invalid_value", "voice", "There is no such voice.")
	}
	if err := r.withoutAll([]string{"audio"}, "stream_format", "instructions"); err != nil {
		return err
	}
	format, ok := elevenFormats[r.text("response_format")]
	if !ok {
		if err := r.without("response_format"); err != nil {
			return err
		}
		format = elevenFormats[""]
	}
	if known, ok := elevenVoices[voice]; ok {
		voice = known
	}
	r.Path = append(segment([]byte("/text-to-speech/"), voice), "/stream?output_format="...)
	r.Path = append(r.Path, format...)
	b := jsonx.AppendString([]byte(`{"text":`), text)
	b = jsonx.AppendString(append(b, `,"model_id":`...), r.Model)
	if speed, ok := r.Body.Get("speed").Float(); ok {
		b = append(strconv.AppendFloat(append(b, `,"voice_settings":{"speed":`...), speed, 'f', -1, 64), '}')
	}
	r.JSON = append(b, '}')
	return nil
}

// askText has the form's fields go by their names there.
func (ElevenLabs) askText(r *Request) *api.Error {
	if r.Stream {
		if err := r.without("stream", "false", "False", "0"); err != nil {
			return err
		}
	}
	if err := r.withoutAll([]string{"json", "text", "verbose_json"}, "response_format", "prompt"); err != nil {
		return err
	}
	if r.Body != nil || r.ModelAt.Empty() {
		return missing("model")
	}
	r.Whole = true
	r.Path = []byte("/speech-to-text")
	at := nameBefore(r.Head, "model", r.ModelAt.Start)
	if at.Empty() {
		return missing("model")
	}
	r.Edits = append(r.Edits, jsonx.Edit{At: at, New: []byte("model_id")}, jsonx.Edit{At: r.ModelAt, New: []byte(r.Model)})
	language := []byte(`form-data; name="language"`)
	if i := bytes.Index(r.Head, language); i >= 0 && r.Fields["language"] != "" {
		end := i + len(language) - 1
		edit := jsonx.Edit{At: jsonx.Span{Start: end - len("language"), End: end}, New: []byte("language_code")}
		if end < at.Start {
			r.Edits = append([]jsonx.Edit{edit}, r.Edits...)
		} else {
			r.Edits = append(r.Edits, edit)
		}
	}
	return nil
}

// nameBefore finds the name in the head of the part whose value begins at end.
func nameBefore(form []byte, name string, end int) jsonx.Span {
	quoted := `name="` + name + `"`
	at := bytes.LastIndex(form[:end], []byte(quoted))
	if at < 0 {
		return jsonx.Span{}
	}
	at += len(`name="`)
	return jsonx.Span{Start: at, End: at + len(name)}
}

// Answer implements Form.
func (ElevenLabs) Answer(r *Request, _ string, body []byte) (*Answer, *api.Error) {
	v := jsonx.Value(body)
	text, ok := v.Get("text").Str()
	if jsonx.Valid(body) != nil || !ok {
		return nil, bad()
	}
	a := &Answer{ContentType: "application/json"}
	end := 0.0
	for w := range v.Get("words").Elements() {
		if t, ok := w.Get("end").Float(); ok {
			end = max(end, t)
		}
	}
	seconds := strconv.FormatFloat(end, 'f', -1, 64)
	switch r.Fields["response_format"] {
	case "text":
		a.ContentType, a.Body = "text/plain; charset=utf-8", append([]byte(text), '\n')
	case "verbose_json":
		language, _ := v.Get("language_code").Str()
		a.Body = jsonx.AppendString([]byte(`{"task":"transcribe","language":`), language)
		a.Body = jsonx.AppendString(append(append(append(a.Body, `,"duration":`...), seconds...), `,"text":`...), text)
		a.Body = append(appendWords(append(a.Body, `,"words":[`...), v), `],"usage":{"type":"duration","seconds":`+seconds+"}}"...)
	default:
		a.Body = jsonx.AppendString([]byte(`{"text":`), text)
		a.Body = append(a.Body, `,"usage":{"type":"duration","seconds":`+seconds+"}}"...)
	}
	return a, nil
}

// appendWords writes the words with their times, as OpenAI has them.
func appendWords(b []byte, v jsonx.Value) []byte {
	some := false
	for w := range v.Get("words").Elements() {
		text, _ := w.Get("text").Str()
		start, from := w.Get("start").Float()
		end, to := w.Get("end").Float()
		if kind, _ := w.Get("type").Str(); !from || !to || kind == "spacing" {
			continue
		}
		if some {
			b = append(b, ',')
		}
		some = true
		b = jsonx.AppendString(append(b, `{"word":`...), text)
		b = strconv.AppendFloat(append(b, `,"start":`...), start, 'f', -1, 64)
		b = append(strconv.AppendFloat(append(b, `,"end":`...), end, 'f', -1, 64), '}')
	}
	return b
}
