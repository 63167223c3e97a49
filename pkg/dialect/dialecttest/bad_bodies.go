package dialecttest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// BadBodies checks that Peek refuses what is no request with api.KindInvalid:
// what is not JSON, and what one reader would take in another way than the next.
func BadBodies(t *testing.T, c dialect.Codec, can Can) {
	good := object(can.Body)
	peek := func(body string) *api.Error {
		h := can.path(api.OpChat, false)
		return c.Peek(&h, []byte(body))
	}
	require.Nil(t, peek(good), "%s", good)
	for name, body := range badBodies(good, can.Body) {
		t.Run(name, func(t *testing.T) {
			err := peek(body)
			require.NotNil(t, err, "accepted")
			require.Equal(t, api.KindInvalid, err.Kind, err.Message)
			require.NotEmpty(t, err.Message)
			require.Less(t, len(err.Message), 1000, "a message does not repeat the body")
		})
	}
}

func badBodies(good string, members []Member) map[string]string {
	inside := strings.TrimSuffix(good, "}")
	nested := func(depth int) string {
		return inside + `,"x":` + strings.Repeat("[", depth) + strings.Repeat("]", depth) + "}"
	}
	bad := map[string]string{
		"nothing":               "",
		"space":                 " \n",
		"not JSON":              "model=x&stream=true",
		"an array":              "[" + good + "]",
		"a string":              `"{}"`,
		"a number of a MB":      strings.Repeat("9", 1<<20),
		"null":                  "null",
		"two bodies":            good + good,
		"text behind":           good + "x",
		"a byte order mark":     "\uFEFF" + good,
		"a comma at the end":    inside + ",}",
		"UTF-16":                "{\x00}\x00",
		"not UTF-8":             inside + ",\"x\":\"\xff\"}",
		"not UTF-8 in a key":    inside + ",\"\xc3\":1}",
		"a control character":   inside + ",\"x\":\"a\nb\"}",
		"an unknown escape":     inside + `,"x":"\x41"}`,
		"NaN":                   inside + `,"x":NaN}`,
		"nested too deep":       nested(jsonx.MaxDepth),
		"nested a million deep": nested(1_000_000),
	}
	for cut := range len(good) {
		bad[fmt.Sprintf("cut off at byte %d", cut)] = good[:cut]
	}
	for i, m := range members {
		twins := map[string]string{
			"repeated":               m.Name,
			"again in other case":    strings.ToUpper(m.Name[:1]) + m.Name[1:],
			"again in capitals":      strings.ToUpper(m.Name),
			"again with an escape":   fmt.Sprintf(`%s\u%04x`, m.Name[:len(m.Name)-1], m.Name[len(m.Name)-1]),
			"again, escaped capital": fmt.Sprintf(`\u%04x%s`, m.Name[0]&^0x20, m.Name[1:]),
		}
		if strings.Contains(m.Name, "s") {
			twins["again with a long s"] = strings.Replace(m.Name, "s", "ſ", 1)
		}
		for name, key := range twins {
			bad[m.Name+" "+name] = inside + `,"` + key + `":` + m.Value + "}"
			bad[m.Name+" "+name+", first"] = `{"` + key + `":` + m.Value + "," + good[1:]
		}
		for name, value := range map[string]string{"a number": "7", "an object": `{"a":1}`, "a string": `"x"`, "a list": `["x"]`} {
			if kind := jsonx.Value(m.Value).Kind(); kind == jsonx.Value(value).Kind() {
				continue
			}
			changed := append([]Member(nil), members...)
			changed[i].Value = value
			bad[m.Name+" is "+name] = object(changed)
		}
	}
	return bad
}

func object(members []Member) string {
	b := []byte{'{'}
	for i, m := range members {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(jsonx.AppendString(b, m.Name), ':')
		b = append(b, m.Value...)
	}
	return string(append(b, '}'))
}
