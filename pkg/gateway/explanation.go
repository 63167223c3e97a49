package gateway

import "time"

// Explanation is what would become of a request, and why.
type Explanation struct {
	Live            bool                 `json:"live" doc:"What is said of targets and keys is as a node that answers calls has seen it. Otherwise this process answers none, and does not know of those."`
	Revision        int64                `json:"revision" doc:"Of the configuration."`
	Caller          *ExplainedWho        `json:"caller,omitempty" doc:"Who asks, and whom they belong to. Absent: nobody who is known."`
	Model           string               `json:"model" doc:"As rules see it."`
	Provider        string               `json:"provider,omitempty" doc:"As rules see it: the one that the model's name means. Absent: none."`
	RequestType     string               `json:"request_type"`
	EstimatedTokens int64                `json:"estimated_tokens" doc:"Of the request, and the most that may be answered."`
	Used            ExplainedUsed        `json:"used" doc:"What rules see of the caller's limits."`
	Rules           []ExplainedRule      `json:"rules" doc:"Those that were tried, in their order, up to the first that matched."`
	Rule            string               `json:"rule,omitempty" doc:"The one that matched, by name, or else by id."`
	Strategy        string               `json:"strategy,omitempty" doc:"How one of the rule's targets is chosen."`
	Targets         []ExplainedTarget    `json:"targets,omitempty" doc:"The rule's targets, as it has them."`
	Shadow          string               `json:"shadow,omitempty" doc:"Where copies of such requests go."`
	Candidates      []ExplainedCandidate `json:"candidates" doc:"Where the request would be sent, the first one first. By chance, and by what is known now: the next request may have another order."`
	Limits          []ExplainedLimit     `json:"limits" doc:"Those that would be asked before the first candidate."`
	Refusals        []ExplainedRefusal   `json:"refusals" doc:"Why the request would be refused. Empty: it would be sent."`
}

// ExplainedWho is a caller.
type ExplainedWho struct {
	VirtualKeyID string   `json:"virtual_key_id,omitempty"`
	VirtualKey   string   `json:"virtual_key_name,omitempty"`
	TeamID       string   `json:"team_id,omitempty"`
	Team         string   `json:"team_name,omitempty"`
	Above        []string `json:"teams_above,omitempty" doc:"Ids, the nearest first."`
	CustomerID   string   `json:"customer_id,omitempty"`
	Customer     string   `json:"customer_name,omitempty"`
	UserID       string   `json:"user_id,omitempty"`
}

// ExplainedUsed is how full limits are, in percent.
type ExplainedUsed struct {
	Budget   float64 `json:"budget_used"`
	Tokens   float64 `json:"tokens_used"`
	Requests float64 `json:"request"`
}

// ExplainedRule is a rule that was tried.
type ExplainedRule struct {
	Index    int    `json:"index" doc:"In governance.routing_rules."`
	ID       string `json:"id,omitempty"`
	Name     string `json:"name,omitempty"`
	Scope    string `json:"scope"`
	ScopeID  string `json:"scope_id,omitempty"`
	Priority int    `json:"priority"`
	Outcome  string `json:"outcome" enum:"matched,no_match,error,disabled"`
	Error    string `json:"error,omitempty"`
}

// ExplainedTarget is a target of the rule that matched, with what strategies go by.
type ExplainedTarget struct {
	Provider  string            `json:"provider,omitempty"`
	Model     string            `json:"model,omitempty"`
	Key       string            `json:"key_id,omitempty"`
	Weight    float64           `json:"weight"`
	Ready     bool              `json:"ready" doc:"Whether calls may be sent there now: one of the keys is neither cooling down nor failing. Others go behind."`
	LatencyMS float64           `json:"latency_ms,omitempty" doc:"How long it took of late to begin an answer. Absent: not known."`
	CostNano  *int64            `json:"cost_nano,omitempty" doc:"What the request is expected to cost there, in nano-dollars. Absent: not known."`
	Busy      float64           `json:"busy" doc:"The part of its slots that is in use, with those who wait for one."`
	Refusal   *ExplainedRefusal `json:"refusal,omitempty" doc:"Why the request would not be sent there."`
}

// ExplainedCandidate is where a request could be sent.
type ExplainedCandidate struct {
	Provider string         `json:"provider"`
	Model    string         `json:"model"`
	From     string         `json:"from" enum:"request,target,fallback" doc:"Who named it: the request, the rule's targets, or the fallbacks of either."`
	CostNano *int64         `json:"cost_nano,omitempty" doc:"What the request is expected to cost there, in nano-dollars. Absent: not known."`
	Keys     []ExplainedKey `json:"keys"`
}

// ExplainedKey is a key of a candidate's provider.
type ExplainedKey struct {
	Name      string     `json:"name"`
	Eligible  bool       `json:"eligible"`
	Why       string     `json:"why,omitempty" doc:"Why it is not."`
	CoolUntil *time.Time `json:"cool_until,omitempty"`
	Weight    float64    `json:"weight"`
}

// ExplainedLimit is a limit that would be asked.
type ExplainedLimit struct {
	ID        string `json:"id"`
	Scope     string `json:"scope"`
	Owner     string `json:"owner"`
	Kind      string `json:"kind"`
	Max       int64  `json:"max"`
	Wanted    int64  `json:"wanted"`
	Used      *int64 `json:"used,omitempty" doc:"With what is held. Absent: the counts cannot be read here."`
	Remaining *int64 `json:"remaining,omitempty"`
	Fits      bool   `json:"fits"`
}

// ExplainedRefusal is why something would not be done.
type ExplainedRefusal struct {
	Stage   string `json:"stage" enum:"request,caller,rules,route,keys,limits"`
	Status  int    `json:"status"`
	Code    string `json:"code"`
	Message string `json:"message"`
}
