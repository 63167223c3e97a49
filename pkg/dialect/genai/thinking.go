package genai

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// decodeThinking reads thinkingConfig:
// https://ai.google.dev/api/generate-content#ThinkingConfig
func decodeThinking(v jsonx.Value, param string, r *api.Request) *api.Error {
	if err := take.WantObject(v, param, "an object"); err != nil {
		return err
	}
	for key, m := range v.Members() {
		var err *api.Error
		switch key {
		case "thinkingLevel", "thinking_level":
			var level string
			err = take.String(m, param+"."+key, &level)
			r.Reasoning.Effort = effortOf(level)
		case "thinkingBudget", "thinking_budget":
			err = readInt(m, param+"."+key, &r.Reasoning.Budget)
		case "includeThoughts", "include_thoughts":
			err = take.Bool(m, param+"."+key, &r.Reasoning.Show)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// effortOf is the effort that a thinkingLevel stands for; the levels are the
// efforts in capitals.
func effortOf(level string) string {
	if strings.EqualFold(level, "THINKING_LEVEL_UNSPECIFIED") {
		return ""
	}
	return strings.ToLower(level)
}

// efforts says what an effort is to the models that take a level (Gemini 3 and
// later), which never stop thinking altogether, and to those that take a budget of
// tokens (2.5). The budgets are those of
// Google's own OpenAI endpoint: https://ai.google.dev/gemini-api/docs/openai#thinking
var efforts = [...]struct {
	name   string
	level  string
	budget int64
}{
	{"none", "MINIMAL", 0},
	{"minimal", "MINIMAL", 1024},
	{"low", "LOW", 1024},
	{"medium", "MEDIUM", 8192},
	{"high", "HIGH", 24576},
	{"xhigh", "XHIGH", 24576},
	{"max", "XHIGH", 24576},
}

// appendThinking writes thinkingConfig in the words that the model knows: a
// level or a budget, never both. A model that cannot think gets neither. Google
// hides the thoughts unless it is told; other dialects show those that were asked for.
func appendThinking(g *put.Object, r *api.Request) {
	want, own := &r.Reasoning, r.ExtraOf == name
	show := want.Show
	if !show.Set && !own && want.Wanted() {
		show = api.Some(true)
	}
	if want.Effort == "" && !want.Budget.Set && !show.Set {
		return
	}
	gen := generationOf(r.Model)
	if gen < thinksByBudget {
		return
	}
	g.Key("thinkingConfig")
	t := put.Begin(g.Dst)
	if want.Budget.Set && (gen == thinksByBudget || own && want.Effort == "") {
		t.Int("thinkingBudget", want.Budget.V)
	} else {
		appendEffort(&t, want.Level(), gen)
	}
	t.OptBool("includeThoughts", show)
	g.Dst = t.End()
}

func appendEffort(t *put.Object, effort string, gen generation) {
	for i := range efforts {
		if efforts[i].name != effort {
			continue
		}
		if gen == thinksByBudget {
			t.Int("thinkingBudget", efforts[i].budget)
		} else {
			t.Text("thinkingLevel", efforts[i].level)
		}
	}
}

// generation is what a model's name tells of how it thinks.
type generation uint8

const (
	thinksNot      generation = iota // before Gemini 2.5
	thinksByBudget                   // Gemini 2.5
	thinksByLevel                    // Gemini 3 and later; wants the signatures of its calls back
)

// generationOf reads a model's name, such as gemini-2.5-pro or
// google/gemini-3-flash-preview. A name without a number is taken for one of the
// newest generation, as gemini-flash-latest is; a tuned model for an old one.
func generationOf(model string) generation {
	if strings.HasPrefix(model, tunedModels+"/") {
		return thinksNot
	}
	i := strings.LastIndex(model, "gemini-")
	if i < 0 {
		if strings.Contains(model, "gemma") {
			return thinksNot
		}
		return thinksByLevel
	}
	version := model[i+len("gemini-"):]
	switch {
	case strings.HasPrefix(version, "2.5"):
		return thinksByBudget
	case strings.HasPrefix(version, "1."), strings.HasPrefix(version, "2."),
		version == "pro", strings.HasPrefix(version, "pro-vision"):
		return thinksNot
	}
	return thinksByLevel
}
