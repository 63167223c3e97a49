package mock

import (
	"encoding/base64"
	"encoding/binary"
	"strconv"

	"github.com/valyala/fasthttp"
)

// speechTypes are the media types of the formats that speech comes in.
var speechTypes = map[string]string{
	"": "audio/mpeg", "mp3": "audio/mpeg", "opus": "audio/opus", "aac": "audio/aac", "flac": "audio/flac", "wav": "audio/wav", "pcm": "audio/pcm",
}

// openaiSpeak is POST /v1/audio/speech:
// https://platform.openai.com/docs/api-reference/audio/createSpeech
//
// The speech is silence: 1/100 s for each byte of the text.
func (s *Server) openaiSpeak(c *call) {
	var r struct {
		Model        string `json:"model"`
		Input        string `json:"input"`
		Voice        any    `json:"voice"`
		Format       string `json:"response_format"`
		StreamFormat string `json:"stream_format"`
	}
	err := decode(c.ctx.Request.Body(), &r)
	kind := speechTypes[r.Format]
	switch {
	case err != nil:
	case r.Model == "":
		err = badRequest("you must provide a model parameter")
	case r.Input == "":
		err = badRequest("Missing required parameter: 'input'.")
	case r.Voice == nil:
		err = badRequest("Missing required parameter: 'voice'.")
	case kind == "":
		err = badRequestf("Invalid value: '%s'. Supported values are: 'mp3', 'opus', 'aac', 'flac', 'wav', and 'pcm'.", r.Format)
	}
	if err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if !s.begin(c, r.Model) {
		return
	}
	audio := silence(r.Format, len(r.Input))
	if c.plan.answerBytes > 0 {
		audio = make([]byte, c.plan.answerBytes)
	}
	var sc script
	if r.StreamFormat != "sse" {
		for at := 0; at < len(audio); at += speechPiece {
			sc.buf = append(sc.buf, audio[at:min(at+speechPiece, len(audio))]...)
			sc.end()
		}
		c.head(c.status(), kind)
		c.play(s, kind, &sc)
		return
	}
	for at := 0; at < len(audio); at += speechPiece {
		sc.buf = append(sc.buf, `data: {"type":"speech.audio.delta","audio":"`...)
		sc.buf = base64.StdEncoding.AppendEncode(sc.buf, audio[at:min(at+speechPiece, len(audio))])
		sc.buf = append(sc.buf, "\"}\n\n"...)
		sc.end()
	}
	in, out := tokens(len(r.Input)), len(audio)/speechPiece+1
	sc.buf = append(sc.buf, `data: {"type":"speech.audio.done","usage":{"input_tokens":`+strconv.Itoa(in)+`,"output_tokens":`+strconv.Itoa(out)+
		`,"total_tokens":`+strconv.Itoa(in+out)+"}}\n\n"...)
	sc.end()
	c.stream(s, typeSSE, &sc)
}

const (
	speechPiece = 4 << 10
	sampleRate  = 24000
)

// silence is sound that can be played: a WAV file, or an MP3 frame again and again.
// In other formats it is nothing but bytes.
func silence(format string, hundredths int) []byte {
	samples := make([]byte, hundredths*sampleRate/100*2)
	switch format {
	case "wav":
		head := append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(36+len(samples)))...)
		head = append(head, "WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"...)
		head = binary.LittleEndian.AppendUint32(head, sampleRate)
		head = binary.LittleEndian.AppendUint32(head, sampleRate*2)
		head = append(head, "\x02\x00\x10\x00data"...)
		return append(binary.LittleEndian.AppendUint32(head, uint32(len(samples))), samples...)
	case "", "mp3":
		frame := make([]byte, 72) // MPEG 2, layer III, 24 kHz, 24 kbit/s, mono, and no sound
		copy(frame, "\xff\xf3\x34\xc4")
		var all []byte
		for range 1 + hundredths*sampleRate/100/576 {
			all = append(all, frame...)
		}
		return all
	}
	return samples
}
