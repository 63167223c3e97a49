package guard

import (
	"bytes"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// longNumber is from how many digits on a number may be that of a card.
const longNumber = 12

// overStrings calls visit with each text of a JSON value, and with numbers that are long
// enough to be somebody's, and returns the value with what visit returned in their places.
// A number that has changed becomes a text. Keys are left alone. What is not JSON is one text.
func overStrings(v api.JSON, visit func(string) string) api.JSON {
	if len(v) == 0 {
		return v
	}
	if jsonx.Valid(v) != nil {
		if s := visit(string(v)); s != string(v) {
			return jsonx.AppendString(nil, s)
		}
		return v
	}
	var out []byte
	from := 0
	for i := 0; i < len(v); {
		var end int
		switch b := v[i]; {
		case b == '"':
			end = pastString(v, i)
		case b >= '0' && b <= '9':
			end = pastNumber(v, i)
			if end-i < longNumber {
				i = end
				continue
			}
		default:
			i++
			continue
		}
		text := string(v[i:end])
		if v[i] == '"' {
			if rest := bytes.TrimLeft(v[end:], " \t\r\n"); len(rest) > 0 && rest[0] == ':' {
				i = end
				continue
			}
			text, _ = jsonx.Value(v[i:end]).Str()
		}
		if changed := visit(text); changed != text {
			out = jsonx.AppendString(append(out, v[from:i]...), changed)
			from = end
		}
		i = end
	}
	if from == 0 {
		return v
	}
	return append(out, v[from:]...)
}

// pastString is where a string ends that begins at i.
func pastString(v []byte, i int) int {
	for i++; i < len(v); i++ {
		switch v[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(v)
}

func pastNumber(v []byte, i int) int {
	for i < len(v) && (v[i] >= '0' && v[i] <= '9' || v[i] == '.' || v[i] == 'e' || v[i] == 'E' || v[i] == '+' || v[i] == '-') {
		i++
	}
	return i
}
