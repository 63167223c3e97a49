package mock

import (
	"net/url"
	"strings"

	"github.com/valyala/fasthttp"
)

// operation is what a path asks for.
type operation struct {
	dialect dialect
	run     func(*Server, *call)
	method  string
	model   string // where the path has it
	stream  bool   // where the path says it
}

// paths are the fixed ones. Those of Google, with the model in them, are taken
// apart by geminiRoute.
var paths = map[string]operation{
	"/v1/chat/completions":      {dialect: openaiChat{}, run: (*Server).chat, method: fasthttp.MethodPost},
	"/v1/completions":           {dialect: openaiText{}, run: (*Server).chat, method: fasthttp.MethodPost},
	"/v1/embeddings":            {dialect: openaiChat{}, run: (*Server).openaiEmbed, method: fasthttp.MethodPost},
	"/v1/moderations":           {dialect: openaiChat{}, run: (*Server).openaiModerate, method: fasthttp.MethodPost},
	"/v1/images/generations":    {dialect: openaiChat{}, run: (*Server).openaiDraw, method: fasthttp.MethodPost},
	"/v1/audio/speech":          {dialect: openaiChat{}, run: (*Server).openaiSpeak, method: fasthttp.MethodPost},
	"/v1/images/edits":          {dialect: openaiChat{}, run: (*Server).openaiRedraw, method: fasthttp.MethodPost},
	"/v1/images/variations":     {dialect: openaiChat{}, run: (*Server).openaiRedraw, method: fasthttp.MethodPost},
	"/v1/audio/transcriptions":  {dialect: openaiChat{}, run: (*Server).openaiTranscribe, method: fasthttp.MethodPost},
	"/v1/audio/translations":    {dialect: openaiChat{}, run: (*Server).openaiTranscribe, method: fasthttp.MethodPost},
	"/v1/messages":              {dialect: anthropic{}, run: (*Server).chat, method: fasthttp.MethodPost},
	"/v1/messages/count_tokens": {dialect: anthropic{}, run: (*Server).anthropicCount, method: fasthttp.MethodPost},
	"/v1/models":                {dialect: openaiChat{}, run: (*Server).openaiModels, method: fasthttp.MethodGet},
	"/v1beta/models":            {dialect: gemini{}, run: (*Server).geminiModels, method: fasthttp.MethodGet},
	"/v2/chat":                  {dialect: cohere{}, run: (*Server).chat, method: fasthttp.MethodPost},
	"/v2/embed":                 {dialect: cohere{}, run: (*Server).cohereEmbed, method: fasthttp.MethodPost},
	"/v1/tokenize":              {dialect: cohere{}, run: (*Server).cohereTokenize, method: fasthttp.MethodPost},
	"/v2/rerank":                {dialect: cohere{}, run: (*Server).cohereRerank, method: fasthttp.MethodPost},
	"/v1/rerank":                {dialect: openaiChat{}, run: (*Server).jinaRerank, method: fasthttp.MethodPost},

	"/v1/realtime":               {dialect: openaiChat{}, run: (*Server).realtime, method: fasthttp.MethodGet},
	"/v1/responses/compact":      {dialect: openaiResponses{}, run: (*Server).compactResponses, method: fasthttp.MethodPost},
	"/v1/responses":              {dialect: openaiResponses{}, run: (*Server).respond, method: fasthttp.MethodPost},
	"/v1/responses/input_tokens": {dialect: openaiResponses{}, run: (*Server).countResponses, method: fasthttp.MethodPost},
}

// behindPrefix are found behind any prefix, since providers that speak another's
// dialect put it behind one of their own.
var behindPrefix = []string{
	"/chat/completions", "/completions", "/embeddings", "/models", "/messages", "/rerank",
	"/moderations", "/images/generations", "/images/edits", "/images/variations",
	"/audio/speech", "/audio/transcriptions", "/audio/translations",
	"/responses", "/responses/input_tokens", "/responses/compact", "/realtime",
}

var geminiVerbs = map[string]operation{
	"generateContent":       {dialect: gemini{}, run: (*Server).geminiGenerate},
	"predict":               {dialect: gemini{}, run: (*Server).geminiPredict},
	"predictLongRunning":    {dialect: gemini{}, run: (*Server).veo},
	"streamGenerateContent": {dialect: gemini{}, run: (*Server).chat, stream: true},
	"countTokens":           {dialect: gemini{}, run: (*Server).geminiCount},
	"embedContent":          {dialect: gemini{}, run: (*Server).geminiEmbed},
	"batchEmbedContents":    {dialect: gemini{}, run: (*Server).geminiEmbedBatch},
}

// route finds the operation of a path. Of an unknown one it returns one without
// run, whose dialect is the likeliest for the error.
func route(ctx *fasthttp.RequestCtx) operation {
	path := string(ctx.Path())
	if op, ok := paths[path]; ok {
		if path == "/v1/models" && len(ctx.Request.Header.Peek("anthropic-version")) > 0 {
			op.dialect, op.run = anthropic{}, (*Server).anthropicModels
		}
		if path == "/v1/models" && ctx.QueryArgs().Has("page_size") {
			op.dialect, op.run = cohere{}, (*Server).cohereModels
		}
		return op
	}
	if op, ok := geminiRoute(path); ok {
		return op
	}
	if op, ok := vertexRoute(string(ctx.URI().PathOriginal())); ok {
		return op
	}
	if op, ok := bedrockRoute(ctx); ok {
		return op
	}
	if op, ok := responseRoute(ctx, path); ok {
		return op
	}
	for _, known := range behindPrefix {
		if strings.HasSuffix(path, known) {
			return paths["/v1"+known]
		}
	}
	if op, ok := videoRoute(path); ok {
		return op
	}
	if op, ok := predictionRoute(path); ok {
		return op
	}
	if op, ok := elevenRoute(path); ok {
		return op
	}
	if op, ok := objectRoute(path); ok {
		op.method = string(ctx.Method())
		return op
	}
	switch {
	case strings.HasPrefix(path, "/v1/messages"):
		return operation{dialect: anthropic{}}
	case strings.HasPrefix(path, keptResponsePath):
		return operation{dialect: openaiResponses{}}
	case strings.HasPrefix(path, "/v1beta"):
		return operation{dialect: gemini{}}
	case strings.HasPrefix(path, "/v2/"):
		return operation{dialect: cohere{}}
	}
	return operation{dialect: openaiChat{}}
}

// geminiRoute takes apart /{version}/models/{model}:{verb}; the SDKs use v1beta
// and v1.
func geminiRoute(path string) (operation, bool) {
	rest, ok := strings.CutPrefix(path, "/v1beta/models/")
	if !ok {
		rest, ok = strings.CutPrefix(path, "/v1/models/")
	}
	at := strings.LastIndexByte(rest, ':')
	if !ok || at <= 0 {
		return operation{}, false
	}
	op, ok := geminiVerbs[rest[at+1:]]
	if !ok {
		return operation{}, false
	}
	model, err := url.PathUnescape(rest[:at])
	if err != nil {
		return operation{}, false
	}
	op.method, op.model = fasthttp.MethodPost, model
	return op, true
}
