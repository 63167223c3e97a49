package control

import (
	"maps"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/danielgtaylor/huma/v2"
)

// LogQuery is the query that all reads of the log have in common. Lists are separated by
// commas; of the values of one any may hold, and none of those behind a "!".
type LogQuery struct {
	Providers   []string `query:"providers" doc:"Any of these; behind a ! none of them, here and in the lists below: openai or !openai,!mock."`
	Models      []string `query:"models"`
	Status      []string `query:"status" doc:"success, error, cancelled or processing."`
	Objects     []string `query:"objects" doc:"Kinds of calls, as chat.completion, or as the gateway names them: chat."`
	KeyIDs      []string `query:"selected_key_ids" doc:"Names of providers' keys."`
	VirtualKeys []string `query:"virtual_key_ids"`
	Rules       []string `query:"routing_rule_ids"`
	Engines     []string `query:"routing_engine_used" doc:"routing-rule: calls that a routing rule has led."`
	Teams       []string `query:"team_ids"`
	Customers   []string `query:"customer_ids"`
	Users       []string `query:"user_ids"`
	Nodes       []string `query:"nodes"`
	StatusCodes []string `query:"status_codes" doc:"HTTP status codes, as answered."`

	StartTime time.Time `query:"start_time"`
	EndTime   time.Time `query:"end_time" doc:"Calls that began at this time or later are left out."`

	MinLatency  float64 `query:"min_latency" minimum:"0" doc:"In milliseconds."`
	MaxLatency  float64 `query:"max_latency" minimum:"0"`
	MinTokens   int64   `query:"min_tokens" minimum:"0"`
	MaxTokens   int64   `query:"max_tokens" minimum:"0"`
	MinCost     float64 `query:"min_cost" minimum:"0" doc:"In dollars."`
	MaxCost     float64 `query:"max_cost" minimum:"0"`
	MissingCost bool    `query:"missing_cost_only" doc:"Only calls that used something at no known price."`

	Content   string `query:"content_search" maxLength:"500" doc:"A text in the message of the error, or words that were said in the call, where that is kept: all of them, those in quotation marks one behind another, and before a * those that begin so."`
	RequestID string `query:"request_id" maxLength:"200"`
	Parent    string `query:"parent_request_id" maxLength:"256"`
	Session   string `query:"session_id" maxLength:"256"`
	EndUser   string `query:"end_user" maxLength:"256"`
	Code      string `query:"error_code" maxLength:"200"`
	Class     string `query:"error_class" maxLength:"200"`
	Worker    string `query:"worker" maxLength:"256"`
	Dialect   string `query:"dialect" maxLength:"64" doc:"The API that a call came in by."`
	Mark      string `query:"mark" maxLength:"256" doc:"What a cache, plugin or guardrail has marked a call with, such as cache:hit=semantic; what is behind the equals sign may be left out."`
	Stream    string `query:"stream" enum:"true,false"`
	Shadow    string `query:"shadow" enum:"true,false" doc:"Copies of calls, for a trial."`
	Retried   string `query:"retried" enum:"true,false" doc:"Whether a call was tried more than once."`

	filter store.LogFilter
}

// valuesMost bounds the values of a list.
const valuesMost = 200

// exceptFor stands before a value of a list that is to be left out.
const exceptFor = "!"

// parted parts the values of a list in those that may be and those that may not.
func parted(values []string) (is, not []string) {
	for _, v := range values {
		if without, ok := strings.CutPrefix(v, exceptFor); ok {
			not = append(not, without)
		} else {
			is = append(is, v)
		}
	}
	return is, not
}

// noOutcome is what the rows of calls that are under way would have: a row is written when its
// call has ended.
const noOutcome = store.Outcome(255)

var outcomes = map[string]store.Outcome{
	"success": store.Succeeded, "error": store.Failed, "cancelled": store.Canceled, "processing": noOutcome,
}

// byOutcome narrows a filter down to the outcomes that are asked for. It returns a word that
// is none.
func (f *LogQuery) byOutcome(to *store.LogFilter) (wrong string) {
	if len(f.Status) == 0 {
		return ""
	}
	is, not := parted(f.Status)
	for _, word := range slices.Concat(is, not) {
		if _, ok := outcomes[word]; !ok {
			return word
		}
	}
	for _, word := range slices.Sorted(maps.Keys(outcomes)) {
		if (len(is) == 0 || slices.Contains(is, word)) && !slices.Contains(not, word) {
			to.Outcomes = append(to.Outcomes, outcomes[word])
		}
	}
	if len(to.Outcomes) == 0 {
		to.Outcomes = []store.Outcome{noOutcome}
	}
	return ""
}

// Resolve implements huma.Resolver: it makes the store's filter of the query.
func (f *LogQuery) Resolve(ctx huma.Context) []error {
	var faults []error
	fault := func(name, message string) {
		faults = append(faults, &huma.ErrorDetail{Location: "query." + name, Message: message})
	}
	to := store.LogFilter{
		Since: f.StartTime, Until: f.EndTime,
		MinTook: milliseconds(f.MinLatency), MaxTook: milliseconds(f.MaxLatency), MinTokens: f.MinTokens, MaxTokens: f.MaxTokens,
		MinCostNano: nanos(f.MinCost), MaxCostNano: nanos(f.MaxCost), MissingCost: f.MissingCost,
		Text: f.Content, RequestID: f.RequestID, Parent: f.Parent, Session: f.Session, EndUser: f.EndUser, Code: f.Code, Class: f.Class,
		Worker: f.Worker, Dialect: f.Dialect, Mark: f.Mark, Stream: eitherOf(f.Stream), Shadow: eitherOf(f.Shadow), Retried: eitherOf(f.Retried),
	}
	for _, list := range f.lists() {
		if !list.narrow(&to) {
			fault(list.name, "has too many values")
		}
	}
	if wrong := f.byOutcome(&to); wrong != "" {
		fault("status", "must be success, error, cancelled or processing, not "+wrong)
	}
	for _, engine := range f.Engines {
		if engine != "routing-rule" {
			fault("routing_engine_used", "must be routing-rule, not "+engine)
		}
	}
	to.RuleUsed = len(f.Engines) > 0
	if !f.StartTime.IsZero() && !f.EndTime.IsZero() && f.EndTime.Before(f.StartTime) {
		fault("end_time", "is before start_time")
	}
	address := ctx.URL()
	to.Metadata = metadataOf(address.Query())
	f.filter = to
	return faults
}

// eitherOf reads true or false; nothing of either is nil.
func eitherOf(word string) *bool {
	if word == "" {
		return nil
	}
	is := word == "true"
	return &is
}

type valueList struct {
	name   string
	of     store.Dimension
	values []string
}

// narrow narrows a filter down. It reports false if the list is too long.
func (l *valueList) narrow(to *store.LogFilter) bool {
	if len(l.values) > valuesMost {
		return false
	}
	to.Is[l.of], to.Not[l.of] = parted(l.values)
	return true
}

func (f *LogQuery) lists() []valueList {
	var objects []string
	for _, o := range f.Objects {
		o, not := strings.CutPrefix(o, exceptFor)
		for _, op := range meantBy(o) {
			if not {
				op = exceptFor + op
			}
			objects = append(objects, op)
		}
	}
	return []valueList{
		{"providers", store.Provider, f.Providers},
		{"models", store.Model, f.Models},
		{"objects", store.Operation, objects},
		{"selected_key_ids", store.Key, f.KeyIDs},
		{"virtual_key_ids", store.VirtualKey, f.VirtualKeys},
		{"routing_rule_ids", store.Rule, f.Rules},
		{"team_ids", store.Team, f.Teams},
		{"customer_ids", store.Customer, f.Customers},
		{"user_ids", store.User, f.Users},
		{"nodes", store.Node, f.Nodes},
		{"status_codes", store.Status, f.StatusCodes},
	}
}

// metadataPrefix begins the parameters that filter by what callers gave along.
const metadataPrefix = "metadata_"

// metadataOf reads metadata_NAME=VALUE.
func metadataOf(query url.Values) map[string]string {
	var out map[string]string
	for name, values := range query {
		if of, ok := strings.CutPrefix(name, metadataPrefix); ok && of != "" && len(out) < 16 {
			if out == nil {
				out = map[string]string{}
			}
			out[of] = values[0]
		}
	}
	return out
}

func milliseconds(ms float64) time.Duration {
	return time.Duration(min(ms*float64(time.Millisecond), math.MaxInt64/2))
}

// nanos is an amount of dollars in nano-dollars.
func nanos(dollars float64) int64 { return int64(min(math.Round(dollars*1e9), math.MaxInt64/2)) }

// objects are the names that Bifrost's API has for kinds of calls.
var objects = map[string]string{
	"chat": "chat.completion", "completion": "text.completion", "embedding": "embedding", "count_tokens": "count_tokens",
	"speech": "audio.speech", "transcription": "audio.transcription", "image_generation": "image.generation",
	"image_edit": "image.edit", "image_variation": "image.variation", "models": "list",
}

// objectOf names a kind of call.
func objectOf(op string, stream bool) string {
	name := objects[op]
	switch {
	case name == "":
		return op
	case stream && op == "chat":
		return name + ".chunk"
	}
	return name
}

// meantBy are the operations that an object's name may mean.
func meantBy(object string) []string {
	object = strings.TrimSuffix(object, ".chunk")
	all := []string{object}
	for op, name := range objects {
		if name == object && op != object {
			all = append(all, op)
		}
	}
	slices.Sort(all)
	return all
}
