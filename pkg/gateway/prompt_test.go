package gateway

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/prompt"
)

func TestHowACallNamesAPrompt(t *testing.T) {
	for name, tc := range map[string]struct {
		call *Call
		want prompt.Reference
		code string
	}{
		"a header":            {call: &Call{Prompt: "p"}, want: prompt.Reference{Name: "p"}},
		"a version in it":     {call: &Call{Prompt: "a/p@live", PromptValues: `{"x":"1"}`}, want: prompt.Reference{Name: "a/p", Version: "live", Values: prompt.Values{"x": "1"}}},
		"a body":              {call: &Call{Head: inBody(`{"id":"p","version":null,"variables":null}`)}, want: prompt.Reference{Name: "p"}},
		"all of it":           {call: &Call{Head: inBody(`{"id":"p","version":"2","variables":{"x":true}}`)}, want: prompt.Reference{Name: "p", Version: "2", Values: prompt.Values{"x": "true"}}},
		"the header wins":     {call: &Call{Prompt: "h", Head: inBody(`{"id":"b"}`)}, want: prompt.Reference{Name: "h"}},
		"no name":             {call: &Call{Head: inBody(`{}`)}, code: "invalid_value"},
		"only a version":      {call: &Call{Prompt: "@2"}, code: "invalid_value"},
		"a number as a name":  {call: &Call{Head: inBody(`{"id":1}`)}, code: "invalid_type"},
		"a number as version": {call: &Call{Head: inBody(`{"id":"p","version":2}`)}, code: "invalid_type"},
		"another member":      {call: &Call{Head: inBody(`{"id":"p","label":"x"}`)}, code: "invalid_value"},
		"variables of a list": {call: &Call{Head: inBody(`{"id":"p","variables":[]}`)}, code: "invalid_type"},
		"no JSON in a header": {call: &Call{Prompt: "p", PromptValues: "{"}, code: "invalid_type"},
	} {
		got, err := tc.call.promptReference()
		if tc.code != "" {
			require.NotNil(t, err, name)
			require.Equal(t, tc.code, err.Code, name)
			continue
		}
		require.Nil(t, err, name)
		require.Equal(t, tc.want, got, name)
	}
}

func inBody(prompt string) dialect.Head { return dialect.Head{Prompt: api.JSON(prompt)} }
