package usage

import (
	"encoding/json"
	"time"

	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// Choice is what a routing rule has decided a call by.
type Choice struct {
	Asked    string   `json:"asked,omitempty"`    // the model, as the call named it
	Revision int64    `json:"revision,omitempty"` // of the configuration
	Strategy string   `json:"strategy,omitempty"` // how one of the targets was chosen; "" where there were none
	Options  []Option `json:"options,omitempty"`  // the rule's targets, as it had them
}

// Option is a target as the rule's strategy saw it. What is absent was not asked, or not known.
type Option struct {
	Provider string        `json:"provider,omitempty"` // "": as the call had it
	Model    string        `json:"model,omitempty"`    // likewise
	Key      string        `json:"key,omitempty"`
	Weight   float64       `json:"weight"`
	Refused  string        `json:"refused,omitempty"` // the code of why the call might not go there
	Ready    bool          `json:"ready,omitempty"`
	Latency  time.Duration `json:"latency,omitempty"`
	CostNano *int64        `json:"cost_nano,omitempty"`
	Busy     *float64      `json:"busy,omitempty"`
	Place    int           `json:"place,omitempty"` // in the order in which they were tried, from 1; 0 for what was left out
}

func choiceOf(c *telemetry.Choice) *Choice {
	if c == nil {
		return nil
	}
	out := &Choice{Asked: c.Asked.String(), Revision: c.Revision, Strategy: c.Strategy}
	for i := range c.Options {
		o := &c.Options[i]
		told := Option{
			Provider: o.Provider, Model: o.Model, Key: o.Key, Weight: o.Weight, Refused: o.Refused,
			Ready: o.Ready, Latency: o.Latency, Place: o.Place,
		}
		if o.CostNano >= 0 {
			told.CostNano = &o.CostNano
		}
		if o.Busy >= 0 {
			told.Busy = &o.Busy
		}
		out.Options = append(out.Options, told)
	}
	return out
}

// ChoiceText writes a choice as text; nil is "".
func ChoiceText(c *Choice) string {
	if c == nil {
		return ""
	}
	text, err := json.Marshal(c)
	if err != nil { // a weight is a finite number: configurations are JSON
		return ""
	}
	return string(text)
}

// ParseChoice reads what [ChoiceText] has written; what is none is nil.
func ParseChoice(text string) *Choice {
	var c Choice
	if text == "" || json.Unmarshal([]byte(text), &c) != nil {
		return nil
	}
	return &c
}
