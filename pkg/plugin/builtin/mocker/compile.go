package mocker

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/template"
)

// compiled is a rule that is ready to be asked.
type compiled struct {
	name             string
	priority         int
	probability      float64
	providers        []string
	models           []string
	text             *regexp.Regexp
	least, most      int // bytes of the texts; most 0 is any
	answers          []answer
	weight           float64 // of all answers
	wait, waitAtMost time.Duration
}

// compile compiles the rules that are on, those of the highest priority first.
func compile(s *settings) ([]compiled, error) {
	var all []compiled
	names := map[string]bool{}
	for i := range s.Rules {
		r, at := &s.Rules[i], fmt.Sprintf("rules[%d]", i)
		if names[r.Name] {
			return nil, config.Fault(at+".name", "is another rule's already")
		}
		names[r.Name] = true
		c, err := compileRule(at, r, s.GlobalLatency)
		if err != nil {
			return nil, err
		}
		if r.Enabled == nil || *r.Enabled {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b compiled) int { return cmp.Compare(b.priority, a.priority) })
	return all, nil
}

func compileRule(at string, r *rule, usual *latency) (c compiled, err error) {
	c = compiled{
		name: r.Name, priority: r.Priority, probability: 1, providers: r.Conditions.Providers, models: r.Conditions.Models,
	}
	if r.Probability != nil {
		c.probability = *r.Probability
	}
	if expr := r.Conditions.MessageRegex; expr != "" {
		if c.text, err = regexp.Compile(expr); err != nil {
			return c, config.Fault(at+".conditions.message_regex", "is no regular expression that RE2 has")
		}
	}
	if size := r.Conditions.RequestSize; size != nil {
		if size.Max > 0 && size.Max < size.Min {
			return c, config.Fault(at+".conditions.request_size.max", "is less than min")
		}
		c.least, c.most = size.Min, size.Max
	}
	wait, whose := cmp.Or(r.Latency, usual, &latency{}), "global_latency"
	if r.Latency != nil {
		whose = at + ".latency"
	}
	c.wait, c.waitAtMost = time.Duration(wait.Min)*time.Millisecond, time.Duration(wait.Max)*time.Millisecond
	if wait.Type != "uniform" {
		c.waitAtMost = c.wait
	}
	if c.waitAtMost < c.wait {
		return c, config.Fault(whose+".max", "is less than min")
	}
	for i := range r.Responses {
		a, err := compileAnswer(fmt.Sprintf("%s.responses[%d]", at, i), &r.Responses[i])
		if err != nil {
			return c, err
		}
		c.answers = append(c.answers, a)
		c.weight += a.weight
	}
	if c.weight == 0 {
		return c, config.Fault(at+".responses", "must have one with a weight")
	}
	return c, nil
}

// answer is what a rule may answer with: text with parts that a call fills in, or an error.
type answer struct {
	weight float64
	text   template.Template
	model  string
	calls  []toolCall
	finish api.Finish
	usage  api.Usage
	fails  *failure // nil for an answer
	final  bool     // nobody else is asked behind the error
}

var finishes = map[string]api.Finish{
	"stop": api.FinishStop, "length": api.FinishLength, "tool_calls": api.FinishToolCalls, "content_filter": api.FinishFilter,
}

func compileAnswer(at string, r *response) (a answer, err error) {
	a = answer{weight: 1, finish: api.FinishStop}
	if r.Weight != nil {
		a.weight = *r.Weight
	}
	if r.Type == "error" {
		if r.Error == nil {
			return a, config.Fault(at+".error", "is required of this type")
		}
		a.fails, a.final = r.Error, r.AllowFallbacks != nil && !*r.AllowFallbacks
		return a, nil
	}
	c := r.Content
	if c == nil || c.Message == "" && c.MessageTemplate == "" && len(c.ToolCalls) == 0 {
		return a, config.Fault(at+".content", "must have a message, a message_template, or tool_calls")
	}
	a.text, a.model, a.calls = template.Text(c.Message), c.Model, c.ToolCalls
	if c.MessageTemplate != "" {
		if a.text, err = template.Parse(c.MessageTemplate, sampleNamed); err != nil {
			return a, config.Fault(at+".content.message_template", "%s", err)
		}
	}
	if len(a.calls) > 0 {
		a.finish = api.FinishToolCalls
	}
	if c.FinishReason != "" {
		a.finish = finishes[c.FinishReason]
	}
	a.usage = api.Usage{Input: 10, Output: 20, Known: true}
	if u := c.Usage; u != nil {
		a.usage = api.Usage{Input: int64(u.PromptTokens), Output: int64(u.CompletionTokens), Known: true}
	}
	return a, nil
}
