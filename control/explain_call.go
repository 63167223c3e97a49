package control

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/transcript"
	"github.com/asbru-gateway/asbru/pkg/usage"
)

type explainCallOutput struct {
	Body struct {
		ID        string              `json:"id" doc:"The gateway's id of the call."`
		Timestamp time.Time           `json:"timestamp" doc:"When it began."`
		Recorded  RecordedRouting     `json:"recorded" doc:"How it came where it went, as it was recorded then."`
		Asked     AskedAgain          `json:"asked" doc:"What the explanation is of: the call, as far as it is kept."`
		Unknown   []string            `json:"unknown" enum:"headers,query,body,model,choice" doc:"What is not kept of the call, so that what would become of it now may differ from what is said: headers and query never are; body: what was said, and so the tokens and params; model: the name that was asked for, in whose place the model that answered stands; choice: what the rule has chosen by."`
		Now       gateway.Explanation `json:"now" doc:"What the newest configuration would do with it."`
	}
}

// RecordedRouting is how a call came where it went.
type RecordedRouting struct {
	Why        string           `json:"why" enum:"no_rule,denied,rule_without_targets,only_target,weighted,priority,least_latency,least_cost,least_busy,sticky,explored,no_target,fallback,not_kept" doc:"Why it went there: no rule has decided; a rule has refused it, or has no targets; the rule's only target that it might go to; by the strategy, and explored where least_latency has tried one that was not the quickest; no target was possible; a fallback, behind others that have failed; or that is not kept."`
	RuleID     string           `json:"rule_id,omitempty"`
	RuleName   string           `json:"rule_name,omitempty"`
	Asked      string           `json:"model,omitempty" doc:"The model, as the call named it."`
	Revision   int64            `json:"revision,omitempty" doc:"Of the configuration then."`
	Strategy   string           `json:"strategy,omitempty"`
	Candidates []WeighedTarget  `json:"candidates" doc:"The rule's targets, as it had them and its strategy saw them."`
	Answered   RecordedAnswerer `json:"answered" doc:"Who has answered, or was asked last."`
	Fallback   int              `json:"fallback_index" doc:"How many candidates were passed over for it."`
	Attempts   []LogAttempt     `json:"attempts" doc:"As in the log."`
}

// RecordedAnswerer is who has answered a call.
type RecordedAnswerer struct {
	Provider string `json:"provider,omitempty" doc:"Absent: the call went nowhere."`
	Model    string `json:"model,omitempty"`
	Key      string `json:"key_name,omitempty"`
}

// WeighedTarget is a target as the rule's strategy saw it.
type WeighedTarget struct {
	Provider  string   `json:"provider,omitempty" doc:"Absent: as the call had it."`
	Model     string   `json:"model,omitempty" doc:"Absent: as the call had it."`
	Key       string   `json:"key_id,omitempty"`
	Weight    float64  `json:"weight"`
	Place     int      `json:"place,omitempty" doc:"In the order in which they were to be tried. Absent: it was left out."`
	Ready     bool     `json:"ready" doc:"Whether calls could be sent there then."`
	LatencyMS float64  `json:"latency_ms,omitempty" doc:"Here and below, what is absent was not known, or not asked."`
	CostNano  *int64   `json:"cost_nano,omitempty"`
	Busy      *float64 `json:"busy,omitempty"`
	Refusal   string   `json:"refusal,omitempty" doc:"The code of why the call might not go there."`
}

// AskedAgain is what is known of a call that is asked about.
type AskedAgain struct {
	Endpoint     string            `json:"endpoint"`
	Dialect      string            `json:"dialect,omitempty"`
	Model        string            `json:"model,omitempty"`
	Stream       bool              `json:"stream"`
	Body         bool              `json:"body" doc:"Whether the body is kept, and asked about."`
	VirtualKeyID string            `json:"virtual_key_id,omitempty"`
	TeamID       string            `json:"team_id,omitempty"`
	CustomerID   string            `json:"customer_id,omitempty"`
	UserID       string            `json:"user_id,omitempty"`
	Session      string            `json:"session_id,omitempty"`
	EndUser      string            `json:"end_user,omitempty"`
	Metadata     map[string]string `json:"metadata,omitempty"`
}

func (c *Control) explainCall(ctx context.Context, in *struct {
	ID string `path:"id" maxLength:"200" doc:"The gateway's id of the call, or the id of its request: then the newest call of it."`
},
) (*explainCallOutput, error) {
	log, ctx, cancel, err := c.calls(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	e, err := callOf(ctx, log, in.ID)
	if err != nil {
		return nil, c.explainLog(ctx, "read the call", err)
	}
	said, err := log.Transcript(ctx, e.CallID)
	if err != nil {
		return nil, c.explainLog(ctx, "read what was said in the call", err)
	}
	out := &explainCallOutput{}
	b := &out.Body
	b.ID, b.Timestamp, b.Recorded = e.CallID, e.Time, recordedRouting(e)
	q, unknown := questionOf(e, said)
	b.Unknown = unknown
	b.Asked = AskedAgain{
		Endpoint: q.Endpoint, Dialect: q.Dialect, Model: q.Model, Stream: q.Stream, Body: q.Body != nil,
		VirtualKeyID: q.KeyID, TeamID: q.Team, CustomerID: q.Customer, UserID: q.User, Session: e.Session, EndUser: e.EndUser, Metadata: e.Metadata,
	}
	now, err := c.explained(ctx, q)
	if err != nil {
		return nil, err
	}
	b.Now = *now
	return out, nil
}

// callOf finds a call by its own id, or the newest by that of its request.
func callOf(ctx context.Context, log store.Log, id string) (*usage.Entry, error) {
	e, err := log.Find(ctx, id)
	if !errors.Is(err, store.ErrNoCall) {
		return e, err
	}
	found, err := log.List(ctx, store.LogFilter{RequestID: id}, store.Paging{Limit: 1})
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, store.ErrNoCall
	}
	return &found[0], nil
}

// questionOf is the request of a past call, as far as it is kept, and what of it is not.
func questionOf(e *usage.Entry, said *transcript.Transcript) (q *gateway.Question, unknown []string) {
	unknown = []string{"headers", "query"}
	q = &gateway.Question{
		Endpoint: e.Op, Dialect: e.Dialect, Stream: e.Stream, Metadata: pairsOf(e.Metadata), Headers: map[string]string{},
		KeyID: e.VirtualKey,
	}
	if q.KeyID == "" {
		q.Team, q.Customer, q.User = e.Team, e.Customer, e.User
	}
	if e.Session != "" {
		q.Headers["x-asbru-session"] = e.Session
	}
	if e.EndUser != "" {
		q.Headers["x-asbru-user"] = e.EndUser
	}
	if said != nil && !said.Request.Cut && json.Valid([]byte(said.Request.Text)) {
		q.Body = []byte(said.Request.Text)
	} else {
		unknown = append(unknown, "body")
	}
	var known bool
	if q.Model, known = modelAsked(e, q.Body); !known {
		unknown = append(unknown, "model")
	}
	if e.RuleID != "" && e.Choice == nil {
		unknown = append(unknown, "choice")
	}
	return q, unknown
}

// modelAsked is the model that a call named; not known, the first one that it went to.
func modelAsked(e *usage.Entry, body []byte) (name string, known bool) {
	if e.Choice != nil && e.Choice.Asked != "" {
		return e.Choice.Asked, true
	}
	var named struct{ Model string }
	if json.Unmarshal(body, &named) == nil && named.Model != "" {
		return named.Model, true
	}
	provider, model := e.Provider, e.Model
	if len(e.Tries) > 0 {
		provider, model = e.Tries[0].Provider, e.Tries[0].Model
	}
	if provider != "" && model != "" {
		model = provider + "/" + model
	}
	return model, e.RuleID == "" && e.Fallback == 0 && model != ""
}

func recordedRouting(e *usage.Entry) RecordedRouting {
	r := RecordedRouting{
		Why: whyThere(e), RuleID: e.RuleID, RuleName: e.RuleName, Fallback: e.Fallback,
		Answered: RecordedAnswerer{e.Provider, e.Model, e.Key}, Candidates: []WeighedTarget{}, Attempts: []LogAttempt{},
	}
	r.Attempts = append(r.Attempts, logRow(e).Attempts...)
	c := e.Choice
	if c == nil {
		return r
	}
	r.Asked, r.Revision, r.Strategy = c.Asked, c.Revision, c.Strategy
	for i := range c.Options {
		o := &c.Options[i]
		r.Candidates = append(r.Candidates, WeighedTarget{
			Provider: o.Provider, Model: o.Model, Key: o.Key, Weight: o.Weight, Place: o.Place, Ready: o.Ready,
			LatencyMS: ms(o.Latency), CostNano: o.CostNano, Busy: o.Busy, Refusal: o.Refused,
		})
	}
	return r
}

// whyThere says in a word why a call came where it went.
func whyThere(e *usage.Entry) string {
	c := e.Choice
	switch {
	case e.Code == "denied_by_rule":
		return "denied"
	case e.Fallback > 0:
		return "fallback"
	case e.RuleID == "":
		return "no_rule"
	case c == nil:
		return "not_kept"
	case len(c.Options) == 0:
		return "rule_without_targets"
	}
	first, possible := (*usage.Option)(nil), 0
	for i := range c.Options {
		if o := &c.Options[i]; o.Place > 0 {
			possible++
			if o.Place == 1 {
				first = o
			}
		}
	}
	switch {
	case possible == 0:
		return "no_target"
	case possible == 1:
		return "only_target"
	case c.Strategy == "least_latency" && !quickest(c, first):
		return "explored"
	}
	return c.Strategy
}

// quickest says whether no target that was as ready is known to have been quicker.
func quickest(c *usage.Choice, first *usage.Option) bool {
	for i := range c.Options {
		o := &c.Options[i]
		if o.Place > 0 && o.Ready == first.Ready && (o.Weight > 0) == (first.Weight > 0) && o.Latency > 0 && (first.Latency == 0 || o.Latency < first.Latency) {
			return false
		}
	}
	return true
}
