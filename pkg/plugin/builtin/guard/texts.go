package guard

import (
	"github.com/asbru-gateway/asbru/pkg/api"
)

// speaker is whose a text of a request is.
type speaker uint8

const (
	application speaker = iota // system and developer texts
	user
	model
	tool
)

// foreign says whether the text comes from outside of the application and the model.
func (s speaker) foreign() bool { return s == user || s == tool }

// eachText calls visit with each text of a request, and puts what it returns in its place.
// Texts of reasoning are left alone, since they must go back to their provider as they came,
// and so is what only one dialect knows.
func eachText(r *api.Request, visit func(speaker, string) string) {
	parts(r.System, application, visit)
	for i := range r.Messages {
		parts(r.Messages[i].Parts, speakers[r.Messages[i].Role], visit)
	}
	for i := range r.Inputs {
		r.Inputs[i].Text = visit(user, r.Inputs[i].Text)
	}
	if r.Op == api.OpRerank {
		r.Rerank.Query = visit(user, r.Rerank.Query)
		for i := range r.Rerank.Documents {
			d := &r.Rerank.Documents[i]
			d.Text = visit(user, d.Text)
			d.Raw = overStrings(d.Raw, func(s string) string { return visit(user, s) })
		}
	}
}

var speakers = [...]speaker{
	api.RoleUser: user, api.RoleAssistant: model, api.RoleTool: tool, api.RoleSystem: application, api.RoleDeveloper: application,
}

func parts(all []api.Part, by speaker, visit func(speaker, string) string) {
	for i := range all {
		p := &all[i]
		switch {
		case p.Kind == api.PartText, p.Kind == api.PartRefusal, p.Kind == api.PartAudio && p.Text != "":
			p.Text = visit(by, p.Text)
		case p.Media != nil && p.Media.Text != "":
			p.Media.Text = visit(by, p.Media.Text)
		case p.Call != nil:
			p.Call.Args = overStrings(p.Call.Args, func(s string) string { return visit(by, s) })
		case p.Result != nil:
			parts(p.Result.Parts, tool, visit)
		}
	}
}

// eachAnswer does the same with the texts of an answer.
func eachAnswer(r *api.Response, visit func(speaker, string) string) {
	for i := range r.Choices {
		parts(r.Choices[i].Parts, model, visit)
	}
}
