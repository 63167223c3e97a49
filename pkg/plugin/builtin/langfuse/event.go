package langfuse

import (
	"cmp"
	"encoding/json"
	"time"

	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink"
)

// event is what Langfuse takes: an envelope about a trace or a generation.
type event struct {
	ID        string    `json:"id"`
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Body      any       `json:"body"`
}

type traceBody struct {
	ID          string          `json:"id"`
	Timestamp   time.Time       `json:"timestamp"`
	Name        string          `json:"name"`
	UserID      string          `json:"userId,omitempty"`
	SessionID   string          `json:"sessionId,omitempty"`
	Release     string          `json:"release,omitempty"`
	Environment string          `json:"environment,omitempty"`
	Tags        []string        `json:"tags,omitempty"`
	Metadata    map[string]any  `json:"metadata,omitempty"`
	Input       json.RawMessage `json:"input,omitempty"`
	Output      json.RawMessage `json:"output,omitempty"`
}

type generationBody struct {
	ID                  string                     `json:"id"`
	TraceID             string                     `json:"traceId"`
	Name                string                     `json:"name"`
	StartTime           time.Time                  `json:"startTime"`
	EndTime             time.Time                  `json:"endTime"`
	CompletionStartTime *time.Time                 `json:"completionStartTime,omitempty"`
	Environment         string                     `json:"environment,omitempty"`
	Model               string                     `json:"model,omitempty"`
	ModelParameters     map[string]json.RawMessage `json:"modelParameters,omitempty"`
	Input               json.RawMessage            `json:"input,omitempty"`
	Output              json.RawMessage            `json:"output,omitempty"`
	UsageDetails        map[string]int64           `json:"usageDetails,omitempty"`
	CostDetails         map[string]json.Number     `json:"costDetails,omitempty"`
	Level               string                     `json:"level"`
	StatusMessage       string                     `json:"statusMessage,omitempty"`
	Metadata            map[string]any             `json:"metadata,omitempty"`
}

// parameters are those of a request that Langfuse shows with a generation: it takes texts
// and numbers.
var parameters = []string{
	"temperature", "top_p", "top_k", "max_tokens", "max_completion_tokens", "n", "seed", "presence_penalty", "frequency_penalty", "reasoning_effort", "verbosity",
}

// events are what Langfuse is told of a call.
func (p *project) events(r *sink.Record) []event {
	input, output, asked := contentOf(r)
	trace := cmp.Or(r.Headers[traceHeader], r.Headers[bifrostTrace])
	generation := generationBody{
		ID: r.ID, TraceID: cmp.Or(trace, r.ID), Name: r.Op, StartTime: r.Time, EndTime: r.End(), Environment: p.environment,
		Model: r.Model, ModelParameters: asked, Input: input, Output: output, Level: "DEFAULT", Metadata: metadataOf(r),
	}
	if at := r.FirstToken(); !at.IsZero() {
		generation.CompletionStartTime = &at
	}
	if r.Error != nil {
		generation.Level, generation.StatusMessage = "ERROR", r.Error.Message
	}
	if u := r.Usage; u != nil {
		generation.UsageDetails = map[string]int64{"input": u.Input - u.CacheRead - u.CacheWrite, "output": u.Output, "total": u.Input + u.Output}
		for name, n := range map[string]int64{"cache_read_input_tokens": u.CacheRead, "cache_creation_input_tokens": u.CacheWrite} {
			if n > 0 {
				generation.UsageDetails[name] = n
			}
		}
	}
	if r.Cost != "" && r.Cost != "0" {
		generation.CostDetails = map[string]json.Number{"total": r.Cost}
	}
	all := []event{{ID: r.ID + "-generation", Type: "generation-create", Timestamp: r.End(), Body: generation}}
	if trace != "" {
		return all // it is its application's
	}
	return append(all, event{ID: r.ID + "-trace", Type: "trace-create", Timestamp: r.End(), Body: traceBody{
		ID: r.ID, Timestamp: r.Time, Name: r.Op, UserID: cmp.Or(r.EndUser, r.User, r.VirtualKey), SessionID: cmp.Or(r.Headers[sessionHeader], r.Headers[bifrostSess]),
		Release: p.release, Environment: p.environment, Tags: tagsOf(r), Metadata: metadataOf(r), Input: input, Output: output,
	}})
}

// contentOf returns what the model was given and has said, and the parameters it was asked with.
func contentOf(r *sink.Record) (input, output json.RawMessage, asked map[string]json.RawMessage) {
	var request map[string]json.RawMessage
	if json.Unmarshal(r.Request, &request) == nil {
		input = request["messages"]
		for _, name := range []string{"prompt", "input", "query", "left_out"} {
			if input == nil {
				input = request[name]
			}
		}
		asked = map[string]json.RawMessage{}
		for _, name := range parameters {
			if v := request[name]; v != nil {
				asked[name] = v
			}
		}
	}
	var response struct {
		Choices []struct {
			Message json.RawMessage `json:"message"`
			Text    json.RawMessage `json:"text"`
		} `json:"choices"`
	}
	if json.Unmarshal(r.Response, &response) == nil && len(response.Choices) > 0 {
		output = response.Choices[0].Message
		if output == nil {
			output = response.Choices[0].Text
		}
	}
	return input, output, asked
}

func metadataOf(r *sink.Record) map[string]any {
	m := map[string]any{"provider": r.Provider, "key": r.Key, "status": r.Status, "attempts": r.Attempts, "dialect": r.Dialect, "request_id": r.RequestID}
	for name, value := range map[string]string{"virtual_key": r.VirtualKey, "team": r.Team, "customer": r.Customer, "marks": r.Marks} {
		if value != "" {
			m[name] = value
		}
	}
	for name, value := range r.Metadata {
		m[name] = value
	}
	return m
}

func tagsOf(r *sink.Record) (tags []string) {
	for _, tag := range []string{r.Provider, r.VirtualKey} {
		if tag != "" {
			tags = append(tags, tag)
		}
	}
	return tags
}
