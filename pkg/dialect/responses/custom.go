package responses

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// A custom tool takes free text, which may have to follow a grammar:
// https://platform.openai.com/docs/guides/function-calling#custom-tools
// To a provider that is asked in another dialect it is a function whose one argument
// is that text, and the grammar is told in its description.

var freeTextSchema = api.JSON(`{"type":"object","properties":{"input":{"type":"string"}},"required":["input"],"additionalProperties":false}`)

// freeText returns the arguments that hold the text of a custom call.
func freeText(input string) api.JSON {
	return append(put.Text([]byte{'{'}, "input", input), '}')
}

// freeTextOf returns the text of a call's arguments. A model that has put it there
// without an object around it is understood as well.
func freeTextOf(args api.JSON) string {
	v := jsonx.Value(args)
	if jsonx.Valid(v) != nil {
		return string(args)
	}
	if s, ok := v.Str(); ok {
		return s
	}
	if s, ok := v.Get("input").Str(); ok {
		return s
	}
	return string(args)
}

func describeCustom(description string, format jsonx.Value) string {
	definition := take.Text(format, "definition")
	if take.Text(format, "type") != "grammar" || definition == "" {
		return description
	}
	if description != "" {
		description += "\n\n"
	}
	return description + "The input must follow this " + take.Text(format, "syntax") + " grammar:\n" + definition
}
