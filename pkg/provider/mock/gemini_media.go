package mock

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strconv"

	"github.com/valyala/fasthttp"
)

// geminiGenerate is generateContent: a conversation, or a picture or sound where those
// are asked for.
func (s *Server) geminiGenerate(c *call) {
	body := c.ctx.Request.Body()
	if !bytes.Contains(body, []byte(`"responseModalities"`)) {
		s.chat(c)
		return
	}
	var r struct {
		Contents []geminiContent `json:"contents"`
		Config   struct {
			Modalities []string `json:"responseModalities"`
			Speech     struct {
				Voice struct {
					Prebuilt struct {
						Name string `json:"voiceName"`
					} `json:"prebuiltVoiceConfig"`
				} `json:"voiceConfig"`
			} `json:"speechConfig"`
		} `json:"generationConfig"`
	}
	err := decode(body, &r)
	image, audio := slices.Contains(r.Config.Modalities, "IMAGE"), slices.Contains(r.Config.Modalities, "AUDIO")
	switch {
	case err == nil && !image && !audio:
		s.chat(c)
		return
	case err != nil:
	case len(r.Contents) == 0 || len(r.Contents[0].Parts) == 0:
		err = badRequest("* GenerateContentRequest.contents: contents is not specified\n")
	case audio && r.Config.Speech.Voice.Prebuilt.Name == "":
		err = badRequest("* GenerateContentRequest.generation_config.speech_config: voice is not specified\n")
	}
	if err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if !s.begin(c, c.op.model) {
		return
	}
	text := r.Contents[0].Parts[0].Text
	part, kind, out := pixel, "image/png", 1290
	if audio {
		part, kind, out = base64.StdEncoding.EncodeToString(silence("pcm", len(text))), "audio/L16;codec=pcm;rate=24000", 25
	}
	c.whole(s, typeJSON, []byte(`{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"`+kind+`","data":"`+part+
		`"}}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":`+strconv.Itoa(tokens(len(text)))+
		`,"candidatesTokenCount":`+strconv.Itoa(out)+`,"totalTokenCount":`+strconv.Itoa(tokens(len(text))+out)+`},"modelVersion":"`+c.op.model+`","responseId":"`+c.id("r")+`"}`))
}

// geminiPredict is Imagen's: https://ai.google.dev/api/models#method:-models.predict
func (s *Server) geminiPredict(c *call) {
	var r struct {
		Instances []struct {
			Prompt string `json:"prompt"`
		} `json:"instances"`
		Parameters struct {
			Count int `json:"sampleCount"`
		} `json:"parameters"`
	}
	err := decode(c.ctx.Request.Body(), &r)
	if err == nil && (len(r.Instances) != 1 || r.Instances[0].Prompt == "") {
		err = badRequest("Prompt is required.")
	}
	if err != nil {
		c.fail(fasthttp.StatusBadRequest, err.Error())
		return
	}
	if !s.begin(c, c.op.model) {
		return
	}
	b := []byte(`{"predictions":[`)
	for i := range max(r.Parameters.Count, 1) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"mimeType":"image/png","bytesBase64Encoded":"`+pixel+`"}`...)
	}
	c.whole(s, typeJSON, append(b, "]}"...))
}
