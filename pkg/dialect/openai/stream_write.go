package openai

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Writer implements dialect.Codec.
func (codec) Writer(h *dialect.Head) dialect.StreamWriter {
	return &writer{completion: h.Op == api.OpCompletion, showUsage: h.StreamUsage}
}

// writer encodes one stream.
type writer struct {
	completion bool
	showUsage  bool
	head       []byte // what each chunk begins with, up to the choices
	choices    []*choiceWriter
	usage      api.Usage
	done       bool
}

// choiceWriter is what a writer remembers of a choice.
type choiceWriter struct {
	index   int
	kinds   []api.PartKind // of the parts that have begun, by number
	calls   []callWriter
	thought []byte // the text of the open reasoning, which goes out once more when it is signed
	part    int    // of that reasoning
	details int    // how many have been written
}

// callWriter is a tool call that has begun; its place in the list is its index on the wire.
type callWriter struct {
	part   int
	custom bool
	said   bool // arguments have been written
}

// ContentType implements dialect.StreamWriter.
func (w *writer) ContentType() string { return "text/event-stream" }

// Heartbeat implements dialect.StreamWriter.
func (w *writer) Heartbeat(dst []byte) []byte { return sse.AppendComment(dst, "ping") }

// Append implements dialect.StreamWriter.
func (w *writer) Append(dst []byte, e *api.Event) []byte {
	if w.done {
		return dst
	}
	switch e.Kind {
	case api.EventStart:
		w.start(e)
		dst, _ = w.choice(dst, 0)
	case api.EventPart:
		return w.part(dst, e)
	case api.EventDelta:
		return w.delta(dst, e)
	case api.EventSign:
		return w.sign(dst, e)
	case api.EventCitation:
		return w.citation(dst, e)
	case api.EventFinish:
		return w.finish(dst, e)
	case api.EventUsage:
		w.usage = e.Usage
	case api.EventError:
		w.done = true
		return appendErrorEvent(dst, e.Err)
	case api.EventEnd:
		w.done = true
		return append(w.total(dst), "data: [DONE]\n\n"...)
	}
	return dst
}

// appendErrorEvent writes an error in one line, which is all that some clients read.
func appendErrorEvent(dst []byte, err *api.Error) []byte {
	dst = append(dst, "data: "...)
	dst = jsonx.AppendCompact(dst, jsonx.Value(appendError(nil, err)))
	return append(dst, "\n\n"...)
}

// start makes the head of all chunks.
func (w *writer) start(e *api.Event) {
	object := "chat.completion.chunk"
	if w.completion {
		object = "text_completion"
	}
	w.head = put.Text(append(w.head[:0], `data: {`...), "id", e.ID)
	w.head = put.Text(w.head, "object", object)
	w.head = put.Int(w.head, "created", e.Created)
	w.head = put.Text(w.head, "model", e.Model)
	w.head = append(put.Key(w.head, "choices"), '[')
}

// choice returns the state of a choice. Its first chunk names the role.
func (w *writer) choice(dst []byte, index int) ([]byte, *choiceWriter) {
	for _, c := range w.choices {
		if c.index == index {
			return dst, c
		}
	}
	c := &choiceWriter{index: index}
	w.choices = append(w.choices, c)
	if w.completion {
		return dst, c
	}
	dst = w.open(dst, index)
	return w.shut(append(dst, `"role":"assistant","content":""`...)), c
}

// open begins a chunk, up to the inside of its delta.
func (w *writer) open(dst []byte, index int) []byte {
	if w.head == nil {
		w.start(&api.Event{})
	}
	dst = append(dst, w.head...)
	dst = strconv.AppendInt(append(dst, `{"index":`...), int64(index), 10)
	return append(dst, `,"delta":{`...)
}

// shut ends a chunk that open began. As OpenAI does it, a caller who asked for
// usage sees that this chunk has none.
func (w *writer) shut(dst []byte) []byte {
	return w.seal(append(dst, `},"logprobs":null,"finish_reason":null}`...))
}

// seal ends a chunk behind its choice.
func (w *writer) seal(dst []byte) []byte {
	if w.showUsage {
		return append(dst, "],\"usage\":null}\n\n"...)
	}
	return append(dst, "]}\n\n"...)
}

func (w *writer) part(dst []byte, e *api.Event) []byte {
	dst, c := w.choice(dst, e.Choice)
	c.note(e)
	if w.completion {
		return dst
	}
	switch e.PartKind {
	case api.PartReasoning:
		c.thought, c.part = c.thought[:0], e.Part
	case api.PartToolCall:
		dst = w.fillCall(dst, c)
		c.calls = append(c.calls, callWriter{part: e.Part, custom: e.Custom})
		return w.callBegin(dst, c, e)
	}
	if e.Signature != "" {
		return w.sign(dst, e)
	}
	return dst
}

// callBegin writes a call's first fragment, the only one with its id and name.
func (w *writer) callBegin(dst []byte, c *choiceWriter, e *api.Event) []byte {
	dst = w.openCall(dst, c, len(c.calls)-1)
	dst = put.Text(dst, "id", e.CallID)
	if e.Custom {
		dst = append(dst, `,"type":"custom","custom":{`...)
		dst = append(put.Text(dst, "name", e.Name), `,"input":""}`...)
	} else {
		dst = append(dst, `,"type":"function","function":{`...)
		dst = append(put.Text(dst, "name", e.Name), `,"arguments":""}`...)
	}
	dst = appendSignature(dst, e.Signature, e.SignatureOf)
	return w.shut(append(dst, "}]"...))
}

// openCall begins a chunk with a fragment of the n-th call.
func (w *writer) openCall(dst []byte, c *choiceWriter, n int) []byte {
	dst = append(w.open(dst, c.index), `"tool_calls":[{"index":`...)
	return strconv.AppendInt(dst, int64(n), 10)
}

func (w *writer) callDelta(dst []byte, c *choiceWriter, n int, s string) []byte {
	c.calls[n].said = true
	dst = w.openCall(dst, c, n)
	if c.calls[n].custom {
		dst = append(dst, `,"custom":{"input":`...)
	} else {
		dst = append(dst, `,"function":{"arguments":`...)
	}
	dst = jsonx.AppendString(dst, s)
	return w.shut(append(dst, "}}]"...))
}

// fillCall gives the last call the empty object if it has had no arguments:
// clients parse what they got.
func (w *writer) fillCall(dst []byte, c *choiceWriter) []byte {
	last := len(c.calls) - 1
	if last < 0 || c.calls[last].said || c.calls[last].custom {
		return dst
	}
	return w.callDelta(dst, c, last, "{}")
}

// maxParts bounds what is remembered of a choice.
const maxParts = 1 << 16

// note remembers the kind of the part that begins.
func (c *choiceWriter) note(e *api.Event) {
	for len(c.kinds) <= e.Part && e.Part < maxParts {
		c.kinds = append(c.kinds, e.PartKind)
	}
}

// kindOf returns the kind of the part that e goes on with.
func (c *choiceWriter) kindOf(e *api.Event) api.PartKind {
	if e.Part >= 0 && e.Part < len(c.kinds) {
		return c.kinds[e.Part]
	}
	return e.PartKind
}

func (c *choiceWriter) callOf(part int) int {
	for i := range c.calls {
		if c.calls[i].part == part {
			return i
		}
	}
	return -1
}

func (w *writer) delta(dst []byte, e *api.Event) []byte {
	dst, c := w.choice(dst, e.Choice)
	kind := c.kindOf(e)
	if w.completion {
		return w.completionDelta(dst, e, kind)
	}
	if n := c.callOf(e.Part); n >= 0 {
		return w.callDelta(dst, c, n, e.Text)
	}
	key := "content"
	switch kind {
	case api.PartReasoning:
		key = "reasoning_content"
		c.thought = append(c.thought, e.Text...)
	case api.PartRefusal:
		key = "refusal"
	case api.PartAudio:
		dst = append(w.open(dst, c.index), `"audio":{`...)
		return w.shut(append(put.Text(dst, "data", e.Text), '}'))
	case api.PartText:
	default:
		return dst
	}
	dst = put.Text(w.open(dst, c.index), key, e.Text)
	if len(e.LogProbs) == 0 {
		return w.shut(dst)
	}
	dst = appendLogProbList(append(dst, '}'), e.LogProbs, kind == api.PartRefusal)
	return w.seal(append(dst, `,"finish_reason":null}`...))
}

func (w *writer) completionDelta(dst []byte, e *api.Event, kind api.PartKind) []byte {
	if kind != api.PartText {
		return dst
	}
	dst = w.openCompletion(dst, e.Choice, e.Text)
	dst = appendCompletionLogProbs(dst, e.LogProbs)
	return w.seal(append(dst, `,"finish_reason":null}`...))
}

func (w *writer) openCompletion(dst []byte, index int, s string) []byte {
	if w.head == nil {
		w.start(&api.Event{})
	}
	dst = append(append(dst, w.head...), '{')
	return put.Text(put.Int(dst, "index", int64(index)), "text", s)
}

// sign writes the proof of reasoning, with its whole text, or of a call.
func (w *writer) sign(dst []byte, e *api.Event) []byte {
	dst, c := w.choice(dst, e.Choice)
	if w.completion || e.Signature == "" {
		return dst
	}
	p := api.Part{Kind: c.kindOf(e), Signature: e.Signature, SignatureOf: e.SignatureOf}
	switch p.Kind {
	case api.PartReasoning:
		if e.Part == c.part {
			p.Text = jsonx.Borrow(c.thought)
		}
	case api.PartRedacted:
	default:
		return w.signOther(dst, c, e)
	}
	dst = append(w.open(dst, c.index), `"reasoning_details":[`...)
	dst = append(appendDetail(dst, &p, c.details), ']')
	c.details++
	return w.shut(dst)
}

// signOther writes Google's signature of a call or of text.
func (w *writer) signOther(dst []byte, c *choiceWriter, e *api.Event) []byte {
	if e.SignatureOf != google {
		return dst
	}
	if n := c.callOf(e.Part); n >= 0 {
		// Clients want a function in every fragment of a call.
		dst = append(w.openCall(dst, c, n), `,"function":{"arguments":""}`...)
		return w.shut(append(appendSignature(dst, e.Signature, e.SignatureOf), "}]"...))
	}
	return w.shut(appendSignature(w.open(dst, c.index), e.Signature, e.SignatureOf))
}

func (w *writer) citation(dst []byte, e *api.Event) []byte {
	if w.completion || e.Citation == nil || !citable(e.Citation) {
		return dst
	}
	dst, c := w.choice(dst, e.Choice)
	dst = append(w.open(dst, c.index), `"annotations":[`...)
	return w.shut(append(appendCitation(dst, e.Citation), ']'))
}

func (w *writer) finish(dst []byte, e *api.Event) []byte {
	dst, c := w.choice(dst, e.Choice)
	word := finishWord(e.Finish, e.FinishRaw)
	if w.completion {
		dst = append(w.openCompletion(dst, e.Choice, ""), `,"logprobs":null`...)
	} else {
		dst = append(w.open(w.fillCall(dst, c), c.index), `},"logprobs":null`...)
	}
	return w.seal(append(put.Text(dst, "finish_reason", word), '}'))
}

// total writes the chunk that holds nothing but usage, for a caller who asked for it.
func (w *writer) total(dst []byte) []byte {
	if !w.showUsage || !w.usage.Known {
		return dst
	}
	if w.head == nil {
		w.start(&api.Event{})
	}
	dst = append(append(dst, w.head...), `],"usage":`...)
	dst = appendUsage(dst, &w.usage)
	return append(dst, "}\n\n"...)
}
