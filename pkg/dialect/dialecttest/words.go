package dialecttest

import (
	"encoding/base64"

	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// genText draws text that is not blank and no JSON, and may hold anything else.
func genText() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return "t" + rapid.OneOf(
			rapid.StringN(0, 30, -1),
			rapid.SampledFrom([]string{"\"quoted\"\\", "line\r\nline\n\n", "data: x\n\n", "\x00\x1f\x7f", "\u2028\u2029", "é😀\uFEFF", "</script>", "[DONE]"}),
		).Draw(t, "text")
	})
}

// genName draws what every dialect takes for the name of a tool.
func genName() *rapid.Generator[string] { return rapid.StringMatching(`[a-z][a-z0-9_]{0,20}`) }

// genID draws what every dialect takes for the id of a call.
func genID() *rapid.Generator[string] { return rapid.StringMatching(`call_[A-Za-z0-9]{24}`) }

// genBytes draws binary data in standard base64.
func genBytes() *rapid.Generator[string] {
	return rapid.Map(rapid.SliceOfN(rapid.Byte(), 1, 40), base64.StdEncoding.EncodeToString)
}

// genObject draws a JSON object without insignificant space.
func genObject() *rapid.Generator[api.JSON] {
	return rapid.Custom(func(t *rapid.T) api.JSON {
		b := []byte{'{'}
		for i, key := range rapid.SliceOfNDistinct(genName(), 0, 3, rapid.ID[string]).Draw(t, "keys") {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(jsonx.AppendString(b, key), ':')
			if rapid.Bool().Draw(t, "is text") {
				b = jsonx.AppendString(b, genText().Draw(t, "value"))
			} else {
				b = append(b, rapid.SampledFrom([]string{"0", "-1.5e3", "true", "null", "[]", `[1,{"a":[]}]`, "{}"}).Draw(t, "value")...)
			}
		}
		return append(b, '}')
	})
}

// genSchema draws a JSON Schema of an object.
func genSchema() *rapid.Generator[api.JSON] {
	return rapid.SampledFrom([]api.JSON{
		api.JSON(`{"type":"object","properties":{}}`),
		api.JSON(`{"type":"object","properties":{"city":{"type":"string","description":"é \"x\""}},"required":["city"],"additionalProperties":false}`),
		api.JSON(`{"type":"object","properties":{"n":{"anyOf":[{"type":"integer"},{"type":"null"}]}},"$defs":{"a":{"enum":["b",1]}}}`),
	})
}

// opt draws a value that may be absent, and is if the dialect cannot say it.
func opt[T any](t *rapid.T, label string, can bool, gen *rapid.Generator[T]) (o api.Opt[T]) {
	if can && rapid.Bool().Draw(t, label+" is set") {
		o = api.Some(gen.Draw(t, label))
	}
	return o
}

// maybe draws true if can is, and then sometimes.
func maybe(t *rapid.T, label string, can bool) bool {
	return can && rapid.Bool().Draw(t, label)
}

// hundredths draws a number that is written the same in every dialect.
func hundredths(from, to int) *rapid.Generator[float64] {
	return rapid.Map(rapid.IntRange(from, to), func(n int) float64 { return float64(n) / 100 })
}
