package gateway

import (
	"cmp"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/mcp/code"
)

// wishes are the calls of a turn that the agent runs itself, and those that are not its to
// run: of the caller's own tools, and of those that want the caller's consent.
func (a *agent) wishes(r *api.Response) (runs, others []*api.ToolCall) {
	if len(r.Choices) == 0 {
		return nil, nil
	}
	switch c := &r.Choices[0]; c.Finish {
	case api.FinishLength, api.FinishFilter, api.FinishPause: // it may not have said all that it wishes
		return nil, nil
	default:
		for i := range c.Parts {
			call := c.Parts[i].Call
			switch {
			case call == nil:
			case a.mayRun(call):
				runs = append(runs, call)
			default:
				others = append(others, call)
			}
		}
		return runs, others
	}
}

func (a *agent) mayRun(call *api.ToolCall) bool {
	t := a.offer.find(call.Name)
	if t == nil || !t.AutoRun && (t.Name != code.Execute || !a.offer.runsAlone(call.Args)) {
		return false
	}
	return !slices.ContainsFunc(a.request.Tools, func(own api.Tool) bool { return own.Name == call.Name })
}

// runAll runs tools side by side, and returns a result for each, in their order.
func (a *agent) runAll(calls []*api.ToolCall) []api.Part {
	results := make([]api.Part, len(calls))
	room := make(chan struct{}, a.limits.parallel)
	var costs atomic.Int64
	var all sync.WaitGroup
	for i, call := range calls {
		room <- struct{}{}
		all.Go(func() {
			defer func() { <-room }()
			r := &api.ToolResult{ID: call.ID, Name: call.Name}
			results[i] = api.Part{Kind: api.PartToolResult, Result: r}
			costs.Add(a.run(call, r))
		})
	}
	all.Wait()
	a.cost += costs.Load()
	return results
}

// run runs a tool. What goes wrong is for the model to read.
func (a *agent) run(call *api.ToolCall, into *api.ToolResult) (cost int64) {
	defer func() {
		if v := recover(); v != nil {
			g := a.call.gateway
			g.metrics.Panics.Inc()
			g.log.Error("panic in the run of a tool", "request_id", a.call.RequestID, "tool", call.Name, "panic", v, "stack", string(debug.Stack()))
			into.IsError, into.Parts = true, []api.Part{{Text: "The tool could not be run."}}
		}
	}()
	c := a.call.child(a.asking.with(a.ctx))
	defer a.call.gateway.Release(c)
	c.Head.Op = api.OpTool
	result, err := c.tool(a.ctx, ToolCall{ID: call.ID, Name: call.Name, Arguments: call.Args, Alone: true})
	if err != nil {
		into.IsError, into.Parts = true, []api.Part{{Text: err.Message}}
		return c.cost + c.below
	}
	into.IsError, into.Parts = result.IsError, fitting(result, a.limits.result)
	return c.cost + c.below
}

// fitting are the parts of a result that the model gets: of one that is larger than it may
// be, the beginning of the text, and a word on what is missing.
func fitting(r *mcp.Result, limit int) []api.Part {
	parts := withoutEmpty(r.Parts)
	if len(parts) == 0 && len(r.Structured) > 0 {
		parts = []api.Part{{Text: string(r.Structured)}}
	}
	if len(parts) == 0 {
		return []api.Part{{Text: "The tool has nothing to say."}} // not all providers take nothing
	}
	var out []api.Part
	whole, left := 0, limit
	for i := range parts {
		p := parts[i]
		size := len(p.Text)
		if p.Media != nil {
			size = len(p.Media.Data) + len(p.Media.Text)
		}
		whole += size
		switch {
		case size <= left:
			left -= size
		case p.Kind == api.PartText && left > 0:
			p.Text, left = strings.ToValidUTF8(p.Text[:left], ""), 0
		default:
			left = 0
			continue
		}
		out = append(out, p)
	}
	if whole > limit {
		out = append(out, api.Part{Text: fmt.Sprintf("[The result has %d bytes, of which no more than %d are shown.]", whole, limit)})
	}
	return out
}

// partly is a turn's answer for a caller who has to run some of what the model wishes,
// while the rest has been run: that is told in words, since the caller knows nothing of
// such calls, and the model is to know of them when it is asked again.
func (a *agent) partly(r *api.Response, runs []*api.ToolCall, results []api.Part) *api.Response {
	out := *r
	out.Choices = slices.Clone(r.Choices[:1])
	c := &out.Choices[0]
	var parts, calls []api.Part
	for _, p := range r.Choices[0].Parts {
		switch {
		case p.Call == nil:
			parts = append(parts, p)
		case !slices.Contains(runs, p.Call):
			calls = append(calls, p)
		}
	}
	words := inWords(runs, results)
	if a.show.text || slices.ContainsFunc(parts, func(p api.Part) bool { return p.Kind == api.PartText && p.Text != "" }) {
		words = paragraph + words
	}
	parts = append(parts, api.Part{Text: words})
	c.Parts = append(parts, calls...)
	c.Finish, c.FinishRaw = api.FinishToolCalls, ""
	return &out
}

// inWords tells what was run, and what came of it.
func inWords(runs []*api.ToolCall, results []api.Part) string {
	var b strings.Builder
	for i, call := range runs {
		if i > 0 {
			b.WriteString("\n\n")
		}
		r := results[i].Result
		text := (&mcp.Result{Parts: r.Parts}).Text()
		fmt.Fprintf(&b, "Result of %s %s:\n%s", call.Name, call.Args, cmp.Or(text, "(no text)"))
	}
	return b.String()
}
