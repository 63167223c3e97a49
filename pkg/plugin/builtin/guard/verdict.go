package guard

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// Action is what is done about a finding.
type Action string

// The actions.
const (
	Note   Action = "note"
	Redact Action = "redact"
	Refuse Action = "refuse"
)

// Side is what is looked at: what is sent to a model, or what it answers.
type Side string

// The sides.
const (
	Input  Side = "input"
	Output Side = "output"
)

// Verdict is what a check has found in the texts of a call or of an answer.
type Verdict struct {
	Rule   string   `json:"rule" doc:"The rule's id."`
	Check  string   `json:"check" doc:"The check's name."`
	Side   Side     `json:"side" enum:"input,output"`
	Action Action   `json:"action" enum:"note,redact,refuse"`
	Found  []string `json:"found,omitempty" doc:"The kinds of what was found: those of personal data, the names of patterns, the signals of an injection, the categories of a moderation. Of words nothing."`
	Count  int      `json:"count" doc:"How often."`
	Score  float64  `json:"score,omitempty" doc:"Of an estimate."`
	Hash   string   `json:"hash,omitempty" doc:"The beginning of the SHA-256 of the text, by which equal texts are known."`
	Reason string   `json:"reason,omitempty" doc:"Why the check could not be made, or what an answer does not satisfy."`
}

func (v *Verdict) add(found string) {
	v.Count++
	if found != "" && !slices.Contains(v.Found, found) {
		v.Found = append(v.Found, found)
	}
}

// incident is what those who watch over calls are told. It borrows nothing of the call.
func (v *Verdict) incident(name string, c *plugin.Call) *plugin.Incident {
	id := c.ID + "/" + v.Rule + "/" + v.Check + "/" + string(v.Side) + "/" + string(v.Action)
	clone := strings.Clone
	return &plugin.Incident{
		ID: id, At: time.Now().UTC(), Plugin: name, Rule: v.Rule, Check: v.Check, Side: string(v.Side), Action: string(v.Action),
		Found: slices.Clone(v.Found), Count: v.Count, Score: v.Score, Hash: v.Hash, Blocked: v.Action == Refuse,
		CallID: clone(c.ID), RequestID: clone(c.RequestID), Model: clone(c.Model), Caller: plugin.Caller{
			VirtualKeyID: clone(c.Caller.VirtualKeyID), VirtualKey: clone(c.Caller.VirtualKey), Team: clone(c.Caller.Team),
			Customer: clone(c.Caller.Customer), User: clone(c.Caller.User), EndUser: clone(c.Caller.EndUser),
		},
	}
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}
