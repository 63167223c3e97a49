package main

import (
	"fmt"
	"strings"

	"github.com/asbru-gateway/asbru/integration/load"
)

// scenario is one kind of call.
type scenario struct {
	name   string
	goal   float64 // of the ratio to the bare proxy
	call   load.Exchange
	direct *load.Exchange // what proxies that cannot translate get; nil: the same
}

// exchange is what a target gets.
func (s *scenario) exchange(t *target) *load.Exchange {
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
	openaiWhole    = load.Want{Holds: `"finish_reason":"stop"`, End: "}"}
	openaiEvents   = load.Want{Holds: `"finish_reason":"stop"`, End: "data: [DONE]\n\n", Events: events}
	anthropicWhole = load.Want{Holds: `"stop_reason":"end_turn"`, End: "}"}
	anthropicEvent = load.Want{Holds: `"stop_reason":"end_turn"`, End: "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n", Events: events}
)

// scenarios lists the closed-loop scenarios whose name contains only.
func scenarios(only string) []scenario {
	all := []scenario{
		{name: "plain 200 B", goal: 1.2, call: load.Exchange{Request: chat("openai/mock", smallPrompt, false), Want: openaiWhole}},
		{name: "100 KB prompt", goal: 1.2, call: load.Exchange{Request: chat("openai/mock", largePrompt, false), Want: openaiWhole}},
		{name: "stream of 50", goal: 1.1, call: load.Exchange{Request: chat("openai/"+openaiStream, smallPrompt, true), Want: openaiEvents}},
		{
			name: "translated plain", goal: 2,
			call:   load.Exchange{Request: chat("anthropic/mock", smallPrompt, false), Want: openaiWhole},
			direct: &load.Exchange{Request: messages("mock", smallPrompt, false), Want: anthropicWhole},
		},
		{
			// Of Anthropic's events about the block, the ping and the message's
			// end nothing is left in OpenAI's dialect.
			name: "translated stream", goal: 2.5,
			call:   load.Exchange{Request: chat("anthropic/"+anthropicStream, smallPrompt, true), Want: load.Want{Holds: openaiEvents.Holds, End: openaiEvents.End, Events: 44}},
			direct: &load.Exchange{Request: messages(anthropicStream, smallPrompt, true), Want: anthropicEvent},
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
	return load.Post("/v1/chat/completions", chatBody(model, promptBytes, stream), authorization)
}

func chatBody(model string, promptBytes int, stream bool) string {
	return fmt.Sprintf(`{"model":%q,"messages":[{"role":"user","content":%q}]%s}`, model, promptOf(promptBytes), streamField(stream))
}

// messages is the same in Anthropic's.
func messages(model string, promptBytes int, stream bool) []byte {
	return load.Post("/v1/messages", messagesBody(model, promptBytes, stream), authorization, anthropicVersion)
}

func messagesBody(model string, promptBytes int, stream bool) string {
	return fmt.Sprintf(`{"model":%q,"max_tokens":4096,"messages":[{"role":"user","content":%q}]%s}`, model, promptOf(promptBytes), streamField(stream))
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
