package mock

import (
	"strconv"

	"github.com/fasthttp/websocket"
	"github.com/goccy/go-json"
	"github.com/valyala/fasthttp"
)

// realtime answers at /v1/realtime, in text alone: of sound it only counts the messages.
// https://platform.openai.com/docs/guides/realtime
func (s *Server) realtime(c *call) {
	model := string(c.ctx.QueryArgs().Peek("model"))
	if model == "" {
		model = string(c.ctx.QueryArgs().Peek("deployment")) // Azure
	}
	if model == "" {
		c.fail(fasthttp.StatusBadRequest, "you must provide a model parameter")
		return
	}
	if !s.begin(c, model) {
		return
	}
	up := websocket.FastHTTPUpgrader{Subprotocols: []string{"realtime"}, CheckOrigin: func(*fasthttp.RequestCtx) bool { return true }}
	talk := &realtimeTalk{server: s, id: c.id(""), prompt: prompt{model: model}, plan: c.plan}
	// What is no handshake has been answered.
	_ = up.Upgrade(c.ctx, func(conn *websocket.Conn) {
		talk.conn = conn
		talk.run()
	})
}

// realtimeTalk is one conversation.
type realtimeTalk struct {
	server *Server
	conn   *websocket.Conn
	id     string
	prompt prompt
	plan   plan
	events int
}

type realtimeEvent struct {
	Type    string `json:"type"`
	Session struct {
		Instructions string `json:"instructions"`
	} `json:"session"`
	Item struct {
		Role    string `json:"role"`
		Content []struct {
			Text string `json:"text"`
		} `json:"content"`
	} `json:"item"`
}

// run goes on until the caller leaves.
func (t *realtimeTalk) run() {
	t.send("session.created", "session", map[string]any{"type": "realtime", "id": "sess_" + t.id, "object": "realtime.session", "model": t.prompt.model})
	for {
		kind, message, err := t.conn.ReadMessage()
		if err != nil {
			return
		}
		if kind != websocket.TextMessage {
			continue
		}
		var e realtimeEvent
		if json.Unmarshal(message, &e) != nil {
			t.refuse("We could not parse the message.")
			continue
		}
		t.answer(&e)
	}
}

func (t *realtimeTalk) answer(e *realtimeEvent) {
	switch e.Type {
	case "session.update":
		t.prompt.system = ""
		t.prompt.addSystem(e.Session.Instructions)
		t.send("session.updated", "session", map[string]any{"type": "realtime", "instructions": e.Session.Instructions})
	case "conversation.item.create":
		t.prompt.userSaid()
		for _, part := range e.Item.Content {
			t.prompt.addText(part.Text)
		}
		t.send("conversation.item.added", "item", map[string]any{"type": "message", "role": e.Item.Role})
	case "input_audio_buffer.append":
		t.prompt.audio++
	case "response.create":
		t.respond()
	default:
		t.refuse("Invalid value: '" + e.Type + "'.")
	}
}

// respond says what a chat would.
func (t *realtimeTalk) respond() {
	r := compose(&t.prompt, &t.plan)
	response := map[string]any{"object": "realtime.response", "id": "resp_" + t.id, "status": "in_progress", "usage": nil}
	t.send("response.created", "response", response)
	pieces(r.text, t.plan.chunks, func(piece string) {
		t.send("response.output_text.delta", "delta", piece)
	})
	t.send("response.output_text.done", "text", r.text)
	response["status"] = "completed"
	response["output"] = []any{map[string]any{
		"id": "item_" + t.id, "object": "realtime.item", "type": "message", "status": "completed", "role": "assistant",
		"content": []any{map[string]any{"type": "output_text", "text": r.text}},
	}}
	response["usage"] = map[string]any{
		"total_tokens": r.usage.input + r.usage.output, "input_tokens": r.usage.input, "output_tokens": r.usage.output,
		"input_token_details":  map[string]any{"text_tokens": r.usage.input, "audio_tokens": 0, "cached_tokens": r.usage.cached},
		"output_token_details": map[string]any{"text_tokens": r.usage.output, "audio_tokens": 0},
	}
	t.send("response.done", "response", response)
}

func (t *realtimeTalk) refuse(message string) {
	t.send("error", "error", map[string]any{"type": "invalid_request_error", "code": "invalid_value", "message": message})
}

// send sends an event with one member. A caller who has left is noticed when it is read from.
func (t *realtimeTalk) send(kind, name string, value any) {
	t.events++
	e, err := json.Marshal(map[string]any{"type": kind, "event_id": "event_" + t.id + "_" + strconv.Itoa(t.events), name: value})
	if err == nil {
		_ = t.conn.WriteMessage(websocket.TextMessage, e)
	}
}
