package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAPatchIsMergedAsRFC7396Says(t *testing.T) {
	for _, tc := range [][3]string{ // its appendix A, as far as the documents are objects
		{`{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`},
		{`{"a":"b"}`, `{"a":null}`, `{}`},
		{`{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`},
		{`{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"c"}`, `{"a":["b"]}`, `{"a":["b"]}`},
		{`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`},
		{`{"a":[{"b":"c"}]}`, `{"a":[1]}`, `{"a":[1]}`},
		{`{"e":null}`, `{"a":1}`, `{"e":null,"a":1}`},
		{`{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`},
	} {
		got, err := (&Document{JSON: []byte(tc[0])}).Patched([]byte(tc[1]))
		require.NoError(t, err)
		require.Equal(t, tc[2], string(got))
	}
}

func TestThePatchBetweenTwoDocumentsMakesOneOfTheOther(t *testing.T) {
	documents := []string{
		`{}`, `{"a":1}`, `{"a":{"b":1,"c":[1,2]}}`, `{"a":{"b":2,"c":[1]},"d":"x"}`, `{"d":{"e":{"f":true}}}`, full,
	}
	for _, from := range documents {
		for _, to := range documents {
			a, b := &Document{JSON: []byte(from)}, &Document{JSON: []byte(to)}
			patch, err := a.PatchTo(b)
			require.NoError(t, err)
			got, err := a.Patched(patch)
			require.NoError(t, err)
			require.JSONEq(t, to, string(got))
			if from == to {
				require.Equal(t, `{}`, string(patch))
			}
		}
	}
}
