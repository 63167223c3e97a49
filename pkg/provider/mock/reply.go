package mock

import (
	"hash/fnv"
	"strconv"
	"strings"
	"unicode/utf8"
)

// reply is the mock's answer, before a dialect gives it a form.
type reply struct {
	thinking string
	text     string
	calls    []toolCall
	finish   finish
	stop     string // the stop sequence that was met
	usage    usage
}

type toolCall struct{ name, args string }

type finish uint8

const (
	finishStop finish = iota
	finishLength
	finishTools
	finishSequence
	finishRefusal
)

// usage counts tokens. Input includes what was read from and written to a cache,
// output includes reasoning.
type usage struct{ input, cached, written, output, reasoning int }

const (
	bytesPerToken = 4
	imageTokens   = 85
	echoBytes     = 1024
	filler        = "The quick brown fox jumps over the lazy dog. "
	refusal       = "I can't help with that."
)

// tokens counts the tokens of n bytes.
func tokens(n int) int { return (n + bytesPerToken - 1) / bytesPerToken }

// compose answers a prompt.
func compose(p *prompt, pl *plan) *reply {
	r := &reply{}
	switch calls := p.calls(); {
	case pl.refuse:
		r.text, r.finish = refusal, finishRefusal
	case len(calls) > 0:
		r.calls, r.finish = calls, finishTools
	case len(p.schema) > 0:
		r.text = exampleOf(p.schema)
	default:
		r.text = p.echo(pl)
		r.obeyStops(p.stops)
	}
	if p.reasoning {
		r.thinking = "The user wants an answer to: " + quoted(p.user)
	}
	r.count(p, pl)
	return r
}

// calls returns the tool calls that a prompt asks for: the one it names, or
// those that the user's text mentions; required means the first, if none is.
func (p *prompt) calls() []toolCall {
	if p.choice == choiceNone || len(p.results) > 0 {
		return nil
	}
	var calls []toolCall
	for _, t := range p.tools {
		if p.choice == choiceNamed && t.name == p.named || p.choice != choiceNamed && strings.Contains(p.user, t.name) {
			calls = append(calls, t.call())
		}
	}
	if len(calls) == 0 && p.choice == choiceRequired && len(p.tools) > 0 {
		t := p.tools[0]
		calls = append(calls, t.call())
	}
	if p.oneCall && len(calls) > 1 {
		calls = calls[:1]
	}
	return calls
}

// call is a call of the tool.
func (t *tool) call() toolCall {
	if t.custom {
		return toolCall{t.name, "mock input"}
	}
	return toolCall{t.name, exampleOf(t.schema)}
}

// echo says what came in, a line for each kind of thing.
func (p *prompt) echo(pl *plan) string {
	if pl.answerBytes > 0 {
		return fill("", pl.answerBytes)
	}
	text := "You said: " + quoted(p.user)
	if len(p.results) > 0 {
		text = "Tool results: " + quoted(strings.Join(p.results, "; "))
	}
	if p.system != "" {
		text += "\nSystem: " + quoted(p.system)
	}
	for _, n := range []struct {
		what  string
		count int
	}{{"Images", p.images}, {"Audio", p.audio}, {"Files", p.files}} {
		if n.count > 0 {
			text += "\n" + n.what + ": " + strconv.Itoa(n.count)
		}
	}
	if pl.chunks > len(text) { // each chunk needs a byte
		text = fill(text+" ", pl.chunks)
	}
	return text
}

// quoted is the text itself, or of a long one its length and FNV-1a hash: enough
// to see that it came unchanged.
func quoted(s string) string {
	if len(s) <= echoBytes {
		return s
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(s)) // never fails
	return strconv.Itoa(len(s)) + " bytes, hash " + strconv.FormatUint(h.Sum64(), 16)
}

// fill lengthens a text to n bytes.
func fill(text string, n int) string {
	if n <= len(text) {
		return text
	}
	var b strings.Builder
	b.Grow(n)
	b.WriteString(text)
	for b.Len() < n {
		b.WriteString(filler[:min(len(filler), n-b.Len())])
	}
	return b.String()
}

// obeyStops ends the text before the first stop sequence in it.
func (r *reply) obeyStops(stops []string) {
	for _, stop := range stops {
		if at := strings.Index(r.text, stop); at >= 0 && stop != "" {
			r.text, r.stop, r.finish = r.text[:at], stop, finishSequence
		}
	}
}

// count counts tokens, and shortens a text that is over its limit.
func (r *reply) count(p *prompt, pl *plan) {
	r.usage.reasoning = tokens(len(r.thinking))
	limit := p.maxTokens * bytesPerToken
	if len(r.calls) == 0 && limit > 0 && len(r.text) > limit {
		for limit > 0 && !utf8.RuneStart(r.text[limit]) {
			limit--
		}
		r.text, r.finish = r.text[:limit], finishLength
	}
	bytes := len(r.text)
	for _, c := range r.calls {
		bytes += len(c.name) + len(c.args)
	}
	r.usage.output = max(tokens(bytes), 1) + r.usage.reasoning
	r.usage.input = max(tokens(p.textBytes), 1) + p.images*imageTokens
	r.usage.cached = min(pl.cached, r.usage.input)
	r.usage.written = min(pl.written, r.usage.input-r.usage.cached)
}

// pieces cuts text for a stream into n of about the same size, never inside a
// rune; 0 cuts after each space. It hands them to yield in order.
func pieces(text string, n int, yield func(string)) {
	if n <= 0 {
		for _, piece := range strings.SplitAfter(text, " ") {
			if piece != "" {
				yield(piece)
			}
		}
		return
	}
	for start, i := 0, 1; i <= n; i++ {
		end := len(text) * i / n
		for end < len(text) && !utf8.RuneStart(text[end]) {
			end++
		}
		if end > start {
			yield(text[start:end])
		}
		start = max(start, end)
	}
}
