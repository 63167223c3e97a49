package guard

import (
	"context"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

var _ plugin.AnswerHook = (*Guard)(nil)

// AfterAttempt implements plugin.AnswerHook: it looks at the answer, has the model asked
// again where it does not fit a schema, and puts the caller's values back.
func (g *Guard) AfterAttempt(ctx context.Context, c *plugin.Call, answer *api.Response, failed *api.Error) *api.Error {
	if failed != nil || answer == nil {
		return failed
	}
	p := pass{state: g.of(c), ctx: ctx, side: Output}
	again := p.output(c, answer)
	err := p.report(c)
	switch {
	case again != nil:
		return again
	case err != nil:
		return err
	}
	p.restore(answer)
	return nil
}

// output looks at an answer. The error it returns asks the model again.
func (p *pass) output(c *plugin.Call, answer *api.Response) (again *api.Error) {
	for _, rule := range p.rules {
		if !rule.out {
			continue
		}
		for _, k := range rule.checks {
			switch {
			case p.refusal != nil: // it is refused already
			case k.schema == nil:
				p.answer(rule, k, answer)
			default:
				if again := p.fit(c, rule, k, answer); again != nil {
					return again
				}
			}
		}
	}
	return nil
}

// restore puts the caller's values back.
func (p *pass) restore(answer *api.Response) {
	if !p.vault.Empty() {
		eachAnswer(answer, func(_ speaker, text string) string { return p.vault.Restore(text, nil) })
	}
}

// answer has a check look at an answer.
func (p *pass) answer(r *rule, k *check, answer *api.Response) {
	switch {
	case k.look != nil:
		eachAnswer(answer, func(_ speaker, text string) string {
			if text == "" || p.refusal != nil {
				return text
			}
			return p.text(r, k, text)
		})
		eachThought(answer, func(text string) {
			if found := k.look.look(p.scratch[:0], text); len(found) > 0 && p.refusal == nil {
				p.tell(r, k, text, found)
			}
		})
	case k.limits != nil:
		size := 0
		eachAnswer(answer, func(_ speaker, text string) string {
			size += len(text)
			return text
		})
		if reason := k.limits.size(size); reason != "" {
			p.breaks(r, k, "", reason)
		}
	case k.model != nil:
		var b strings.Builder
		eachAnswer(answer, func(_ speaker, text string) string {
			b.WriteString(text)
			b.WriteByte('\n')
			return text
		})
		p.judge(r, k, b.String())
	}
}

// eachThought calls visit with what the model shows of its reasoning. It is looked at and
// never changed, since a provider gets it back as it was.
func eachThought(r *api.Response, visit func(string)) {
	for i := range r.Choices {
		for j := range r.Choices[i].Parts {
			if p := &r.Choices[i].Parts[j]; p.Kind == api.PartReasoning && p.Text != "" {
				visit(p.Text)
			}
		}
	}
}

// fit looks whether the answer's texts fit a schema. The error it returns asks the model
// again.
func (p *pass) fit(c *plugin.Call, r *rule, k *check, answer *api.Response) *api.Error {
	s := k.schema.of(c.Request)
	if s == nil {
		return nil
	}
	for i := range answer.Choices {
		choice := &answer.Choices[i]
		if choice.Finish == api.FinishToolCalls {
			continue // the answer is still to come
		}
		text := textOf(choice.Parts)
		wrong := misfit(s, text)
		if wrong == "" {
			continue
		}
		if p.asked+1 < k.schema.tries && c.Request != nil {
			p.asked++
			askAgain(c.Request, text, wrong)
			c.Note("guardrail", r.label+"/"+k.name+"=again")
			return c.Again(api.Errorf(api.KindInvalid, "guardrail_blocked", "The answer does not fit its schema."))
		}
		p.breaks(r, k, text, wrong)
		return nil
	}
	return nil
}

// askAgain lets the conversation go on with what was wrong with the answer.
func askAgain(r *api.Request, said, wrong string) {
	const most = 64 << 10
	if len(said) > most {
		said = strings.ToValidUTF8(said[:most], "")
	}
	r.Messages = append(r.Messages,
		api.Message{Role: api.RoleAssistant, Parts: []api.Part{{Kind: api.PartText, Text: strings.Clone(said)}}},
		api.Message{Role: api.RoleUser, Parts: []api.Part{{Kind: api.PartText, Text: "That answer cannot be used: " + wrong + ". Answer again with only the JSON, which must fit the schema."}}},
	)
}
