package guard

import (
	"context"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// Try looks at a request, and at an answer to it, which may be nil, and returns all that was
// found. It changes both as it would those of a call; a model is not asked again. The error is
// what the caller would be refused with.
func (g *Guard) Try(ctx context.Context, c *plugin.Call, answer *api.Response) ([]Verdict, *api.Error) {
	in := pass{state: g.of(c), ctx: ctx, side: Input}
	in.input(c.Request)
	if in.refusal != nil || answer == nil {
		return in.verdicts, in.refusal
	}
	out := pass{state: in.state, ctx: ctx, side: Output}
	again := out.output(c, answer)
	all := append(in.verdicts, out.verdicts...)
	if again != nil {
		return all, again
	}
	if out.refusal == nil {
		out.restore(answer)
	}
	return all, out.refusal
}
