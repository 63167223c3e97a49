package jsonx_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/stretchr/testify/require"
)

func TestPlacesOfMembersAndElementsAreThoseOfTheWholeText(t *testing.T) {
	body := []byte(` {"a" : [ {"x":1,"\u0079" : null} , 2 ,[]], "b":{ }, "c":[]} `)
	var said []string
	for m := range jsonx.MembersAt(body, jsonx.Span{Start: 1, End: len(body)}) {
		said = append(said, string(m.Key))
		for at := range jsonx.ElementsAt(body, m.At) {
			said = append(said, string(at.Of(body)))
			for inner := range jsonx.MembersAt(body, at) {
				said = append(said, string(inner.Key)+"="+string(inner.At.Of(body)))
			}
		}
	}
	require.Equal(t, []string{"a", `{"x":1,"\u0079" : null}`, "x=1", "y=null", "2", "[]", "b", "c"}, said)
}

func TestPlacesOfWhatIsNoObjectOrArrayAreNone(t *testing.T) {
	for _, text := range []string{``, `null`, `"{"`, `7`, `[`, `{`, `{"a"`, `{"a":`} {
		for m := range jsonx.MembersAt([]byte(text), jsonx.Span{End: len(text)}) {
			require.Fail(t, "a member", "%s: %s", text, m.Key)
		}
		for at := range jsonx.ElementsAt([]byte(text), jsonx.Span{End: len(text)}) {
			require.Fail(t, "an element", "%s: %v", text, at)
		}
	}
}
