package media

import (
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// askTranscript has a model that understands sound write down what is said.
// https://ai.google.dev/gemini-api/docs/audio
func (g Gemini) askTranscript(r *Request) *api.Error {
	files, err := r.hold()
	if err != nil {
		return err
	}
	if err := r.withoutAll([]string{"json", "text"}, "response_format", "timestamp_granularities[]", "include[]", "chunking_strategy"); err != nil {
		return err
	}
	i := indexOf(files, "file")
	if i < 0 || len(files[i].Data) == 0 {
		return missing("file")
	}
	kind := files[i].MIME
	if !strings.HasPrefix(kind, "audio/") && !strings.HasPrefix(kind, "video/") {
		return api.Invalid("unsupported_field", "file", "What kind of sound the file is must be said by its type or the end of its name.")
	}
	wish := "Write down what is said in this recording, word for word, in the language that is spoken. Answer with the transcript alone."
	if language := r.text("language"); language != "" {
		wish += " The language is " + language + "."
	}
	if hint := r.text("prompt"); hint != "" {
		wish += " Words and style are as in: " + hint
	}
	g.path(r, ":generateContent")
	b := jsonx.AppendString([]byte(`{"contents":[{"role":"user","parts":[{"text":`), wish)
	b = append(appendInline(append(b, "},"...), kind, files[i].Data), "]}]"...)
	if t, fault := strconv.ParseFloat(r.text("temperature"), 64); fault == nil && t >= 0 && t <= 2 {
		b = append(jsonx.AppendFloat(append(b, `,"generationConfig":{"temperature":`...), t), '}')
	}
	r.JSON = append(b, '}')
	return nil
}

// indexOf finds a file by the name of its field; -1 for none.
func indexOf(files []Part, name string) int {
	for i := range files {
		if files[i].Name == name {
			return i
		}
	}
	return -1
}

// transcript makes an answer of what the model has said.
func (g Gemini) transcript(r *Request, v jsonx.Value) (*Answer, *api.Error) {
	var text []byte
	some := false
	for c := range v.Get("candidates").Elements() {
		for p := range c.Get("content", "parts").Elements() {
			if thought, _ := p.Get("thought").Bool(); !thought {
				s, ok := p.Get("text").Str()
				text, some = append(text, s...), some || ok
			}
		}
	}
	if !some {
		return nil, g.refusal(v)
	}
	words := strings.TrimSpace(string(text))
	u := usageOf(v)
	a := &Answer{ContentType: "application/json", Usage: u}
	if r.Fields["response_format"] == "text" {
		a.ContentType, a.Body = "text/plain; charset=utf-8", append([]byte(words), '\n')
		return a, nil
	}
	a.Body = jsonx.AppendString([]byte(`{"text":`), words)
	if u.Known {
		a.Body = strconv.AppendInt(append(a.Body, `,"usage":{"type":"tokens","input_tokens":`...), u.Input, 10)
		a.Body = strconv.AppendInt(append(a.Body, `,"input_token_details":{"text_tokens":`...), u.Input-u.AudioIn, 10)
		a.Body = strconv.AppendInt(append(a.Body, `,"audio_tokens":`...), u.AudioIn, 10)
		a.Body = strconv.AppendInt(append(a.Body, `},"output_tokens":`...), u.Output, 10)
		a.Body = append(strconv.AppendInt(append(a.Body, `,"total_tokens":`...), u.Input+u.Output, 10), '}')
	}
	a.Body = append(a.Body, '}')
	return a, nil
}

// usageOf reads what an answer has used.
func usageOf(v jsonx.Value) api.Usage {
	u := api.Usage{
		Input: count(v, "promptTokenCount"), Output: count(v, "candidatesTokenCount") + count(v, "thoughtsTokenCount"),
		Reasoning: count(v, "thoughtsTokenCount"), Known: v.Get("usageMetadata") != nil,
	}
	for of := range v.Get("usageMetadata", "promptTokensDetails").Elements() {
		n, _ := of.Get("tokenCount").Int()
		switch modality, _ := of.Get("modality").Str(); modality {
		case "AUDIO":
			u.AudioIn = min(max(n, 0), u.Input)
		case "IMAGE":
			u.ImageIn = min(max(n, 0), u.Input)
		}
	}
	return u
}
