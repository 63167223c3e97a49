package main

import (
	"bytes"
	"fmt"
	"strings"
)

// scenario is one kind of call.
type scenario struct {
	name   string
	goal   float64 // of the ratio to the bare proxy
	call   exchange
	direct *exchange // what proxies that cannot translate get; nil: the same
}

// exchange is a request and what its answer must be.
type exchange struct {
	request []byte
	want    want
}

// want is how a right answer is known.
type want struct {
	holds  string // somewhere in the body
	end    string
	events int // of a stream, at least
}

// check reports what is wrong with an answer.
func (w *want) check(status int, body []byte) error {
	switch {
	case status != 200:
		return fmt.Errorf("status %d: %.300s", status, body)
	case !bytes.HasSuffix(body, []byte(w.end)):
		return fmt.Errorf("answer ends in %q, not %q", body[max(0, len(body)-80):], w.end)
	case !bytes.Contains(body, []byte(w.holds)):
		return fmt.Errorf("answer does not hold %q: %.300s", w.holds, body)
	case w.events > 0 && bytes.Count(body, []byte("data: ")) < w.events:
		return fmt.Errorf("%d events, not %d", bytes.Count(body, []byte("data: ")), w.events)
	}
	return nil
}

// exchange is what a target gets.
func (s *scenario) exchange(t *target) *exchange {
	if t.direct && s.direct != nil {
		return s.direct
	}
	return &s.call
}

const (
	authorization    = "Authorization: Bearer " + virtualKey
	anthropicVersion = "anthropic-version: 2023-06-01"
	smallPrompt      = 200
	largePrompt      = 100 << 10
	events           = 50

	// A stream is that many pieces of text and the events around them: in
	// OpenAI's dialect one before and two after, in Anthropic's three and three.
	openaiStream    = "mock-chunks-47-bytes-600"
	anthropicStream = "mock-chunks-44-bytes-600"
)

var (
	openaiWhole    = want{holds: `"finish_reason":"stop"`, end: "}"}
	openaiEvents   = want{holds: `"finish_reason":"stop"`, end: "data: [DONE]\n\n", events: events}
	anthropicWhole = want{holds: `"stop_reason":"end_turn"`, end: "}"}
	anthropicEvent = want{holds: `"stop_reason":"end_turn"`, end: "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n", events: events}
)

// scenarios lists the closed-loop scenarios whose name contains only.
func scenarios(only string) []scenario {
	all := []scenario{
		{name: "plain 200 B", goal: 1.2, call: exchange{chat("openai/mock", smallPrompt, false), openaiWhole}},
		{name: "100 KB prompt", goal: 1.2, call: exchange{chat("openai/mock", largePrompt, false), openaiWhole}},
		{name: "stream of 50", goal: 1.1, call: exchange{chat("openai/"+openaiStream, smallPrompt, true), openaiEvents}},
		{
			name: "translated plain", goal: 2,
			call:   exchange{chat("anthropic/mock", smallPrompt, false), openaiWhole},
			direct: &exchange{messages("mock", smallPrompt, false), anthropicWhole},
		},
		{
			// Of Anthropic's events about the block, the ping and the message's
			// end nothing is left in OpenAI's dialect.
			name: "translated stream", goal: 2.5,
			call:   exchange{chat("anthropic/"+anthropicStream, smallPrompt, true), want{openaiEvents.holds, openaiEvents.end, 44}},
			direct: &exchange{messages(anthropicStream, smallPrompt, true), anthropicEvent},
		},
	}
	var chosen []scenario
	for _, s := range all {
		if strings.Contains(s.name, only) {
			chosen = append(chosen, s)
		}
	}
	return chosen
}

// chat is a request in OpenAI's dialect whose prompt has so many bytes.
func chat(model string, promptBytes int, stream bool) []byte {
	return post("/v1/chat/completions", chatBody(model, promptBytes, stream), authorization)
}

func chatBody(model string, promptBytes int, stream bool) string {
	return fmt.Sprintf(`{"model":%q,"messages":[{"role":"user","content":%q}]%s}`, model, promptOf(promptBytes), streamField(stream))
}

// messages is the same in Anthropic's.
func messages(model string, promptBytes int, stream bool) []byte {
	body := fmt.Sprintf(`{"model":%q,"max_tokens":4096,"messages":[{"role":"user","content":%q}]%s}`, model, promptOf(promptBytes), streamField(stream))
	return post("/v1/messages", body, authorization, anthropicVersion)
}

func streamField(stream bool) string {
	if stream {
		return `,"stream":true`
	}
	return ""
}

// promptOf is prose with quotes and line ends, which JSON must escape: text
// without any would be cheaper to check than what callers send.
func promptOf(n int) string {
	const text = "Tell me of a bridge that \"trembles\" under those who cross it.\n"
	return strings.Repeat(text, n/len(text)+1)[:n]
}
