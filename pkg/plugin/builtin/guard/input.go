package guard

import (
	"context"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

var _ plugin.RouteHook = (*Guard)(nil)

// BeforeRoute implements plugin.RouteHook: it looks at the request.
func (g *Guard) BeforeRoute(ctx context.Context, c *plugin.Call) (*plugin.Answer, *api.Error) {
	if c.Request == nil {
		return nil, nil
	}
	p := pass{state: g.of(c), ctx: ctx, side: Input}
	p.input(c.Request)
	p.vault.Each(c.Conceal)
	return nil, p.report(c)
}

// BeforeRoute implements plugin.RouteHook.
func (a asking) BeforeRoute(ctx context.Context, c *plugin.Call) (*plugin.Answer, *api.Error) {
	return a.guard.BeforeRoute(ctx, c)
}

// input looks at a request. What costs little is looked at first: a request that is refused
// is not sent to a model that judges.
func (p *pass) input(r *api.Request) {
	p.reserve(r)
	var models []func()
	for _, rule := range p.rules {
		if !rule.in {
			continue
		}
		for _, k := range rule.checks {
			switch {
			case k.look != nil:
				eachText(r, func(by speaker, text string) string {
					if text == "" || p.refusal != nil || k.foreign && !by.foreign() {
						return text
					}
					return p.text(rule, k, text)
				})
			case k.limits != nil:
				if reason := k.limits.input(r); reason != "" {
					p.breaks(rule, k, "", reason)
				}
			case k.model != nil:
				models = append(models, func() { p.judge(rule, k, said(r)) })
			}
		}
	}
	for _, ask := range models {
		if p.refusal != nil {
			return
		}
		ask()
	}
}

// reserve keeps placeholders that the request has already from being given.
func (p *pass) reserve(r *api.Request) {
	for _, rule := range p.rules {
		for _, k := range rule.checks {
			if k.restore && rule.in {
				eachText(r, func(_ speaker, text string) string {
					p.vault.Reserve(text)
					return text
				})
				return
			}
		}
	}
}

// said is what users and tools have said last: what has been judged before is not judged again.
func said(r *api.Request) string {
	var b strings.Builder
	visit := func(by speaker, text string) string {
		if by.foreign() && text != "" {
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(text)
		}
		return text
	}
	from := len(r.Messages)
	for from > 0 && r.Messages[from-1].Role != api.RoleAssistant {
		from--
	}
	rest := *r
	rest.System, rest.Messages = nil, r.Messages[from:]
	eachText(&rest, visit)
	return b.String()
}
