package bedrock

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/anthropic"
	"github.com/asbru-gateway/asbru/pkg/eventstream"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Claude is how Bedrock has Anthropic's dialect, for Claude alone: with InvokeModel,
// in a body without model and stream, which stand in the path, and with the version
// and the betas, which are headers elsewhere; in streams each event is in a frame of
// its own.
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html
var Claude = claude{anthropic.Codec}

type claude struct{ dialect.Codec }

var (
	_ dialect.Fitter     = Claude
	_ dialect.Unframer   = Claude
	_ dialect.ErrorNamer = Claude
)

// FitsClaude says whether a request of Anthropic's can be sent as it is.
func FitsClaude(_ *dialect.Head, model string) bool { return isClaude(model) }

// AppendPath implements dialect.Codec.
func (claude) AppendPath(dst []byte, _ api.Op, model string, stream bool) []byte {
	return appendInvoke(dst, model, stream)
}

func appendInvoke(dst []byte, model string, stream bool) []byte {
	dst = append(appendModel(dst, model), "/invoke"...)
	if stream {
		dst = append(dst, "-with-response-stream"...)
	}
	return dst
}

// invokeVersion is that of Messages in a body.
const invokeVersion = `"bedrock-2023-05-31"`

// AppendFit implements dialect.Fitter: it takes out of a body what stands elsewhere,
// and puts in what stands in headers elsewhere.
func (claude) AppendFit(dst []jsonx.Edit, h *dialect.Head, body []byte, _ *dialect.Diet) ([]jsonx.Edit, *api.Error) {
	var out []jsonx.Member
	version, betas := false, false
	end, err := jsonx.ScanObject(body, func(m jsonx.Member) error {
		switch string(m.Key) {
		case "model", "stream":
			out = append(out, m)
		case "anthropic_version":
			version = true
		case "anthropic_beta":
			betas = true
		}
		return nil
	})
	if err != nil {
		return dst, dialect.PeekError(err)
	}
	dst = jsonx.AppendDeletes(dst, body, out...)
	var more []byte
	if !version {
		more = append(more, `,"anthropic_version":`+invokeVersion...)
	}
	if names := knownBetas(h.Betas); !betas && len(names) > 0 {
		o := put.Object{Dst: more}
		o.Strings("anthropic_beta", names)
		more = o.Dst
	}
	if len(more) > 0 {
		dst = append(dst, jsonx.Edit{At: jsonx.Span{Start: end, End: end}, New: more})
	}
	return dst, nil
}

// betas are those that Bedrock has; it refuses a request that names another.
var betas = []string{
	"computer-use-2024-10-22", "computer-use-2025-01-24", "computer-use-2025-11-24",
	"token-efficient-tools-2025-02-19", "output-128k-2025-02-19", "dev-full-thinking-2025-05-14",
	"interleaved-thinking-2025-05-14", "fine-grained-tool-streaming-2025-05-14", "context-1m-2025-08-07",
	"context-management-2025-06-27", "effort-2025-11-24", "tool-search-tool-2025-10-19", "tool-examples-2025-10-29",
}

// knownBetas are those of a header that Bedrock has.
func knownBetas(header string) (names []string) {
	for named := range strings.SplitSeq(header, ",") {
		if named = strings.TrimSpace(named); slices.Contains(betas, named) {
			names = append(names, named)
		}
	}
	return names
}

// Unframe implements dialect.Unframer.
func (claude) Unframe(dst []byte, m *eventstream.Message) []byte {
	if m.Kind == eventstream.Event {
		event, ok := chunkOf(m.Payload)
		if !ok {
			return dst
		}
		return sse.AppendEvent(dst, take.Text(event, "type"), event)
	}
	err := errorInAnswer(string(m.Name), m.Payload)
	if m.Kind == eventstream.Error {
		err.Message = string(m.Text)
	}
	_, data := anthropic.Codec.AppendError(nil, err)
	return sse.AppendEvent(dst, "error", data)
}

// chunkOf returns what a chunk of InvokeModelWithResponseStream holds: JSON in base64.
func chunkOf(payload []byte) (jsonx.Value, bool) {
	encoded := take.Text(payload, "bytes")
	raw, err := base64.StdEncoding.AppendDecode(nil, lend(encoded))
	if err != nil || jsonx.Valid(raw) != nil {
		return nil, false
	}
	return raw, true
}

// DecodeError implements dialect.Codec. The error is Bedrock's.
func (claude) DecodeError(status int, body []byte) *api.Error { return Codec.DecodeError(status, body) }

// NameError implements dialect.ErrorNamer.
func (claude) NameError(e *api.Error, named string) { Codec.NameError(e, named) }

// ErrorHeader implements dialect.ErrorNamer.
func (claude) ErrorHeader() string { return Codec.ErrorHeader() }

// ErrorName implements dialect.ErrorNamer.
func (claude) ErrorName(e *api.Error) string { return Codec.ErrorName(e) }
