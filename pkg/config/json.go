package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf8"
)

// parseJSON reads one strict JSON document. Its error is a *Problem.
func parseJSON(data []byte) (*node, *Problem) {
	// The decoder below is lenient about what follows the document; this is not.
	var document json.RawMessage
	if err := json.Unmarshal(data, &document); err != nil {
		return nil, jsonProblem(data, err)
	}
	r := jsonReader{data: data, tokens: json.NewDecoder(bytes.NewReader(data)), line: 1}
	r.tokens.UseNumber()
	return r.value(0)
}

// jsonReader builds nodes from the tokens of a document that is known to be valid.
type jsonReader struct {
	data   []byte
	tokens *json.Decoder
	// line begins at byte lineStart and has been counted up to byte counted.
	line, lineStart, counted int
}

// next returns the next token and where it begins.
func (r *jsonReader) next() (json.Token, position, error) {
	start := int(r.tokens.InputOffset())
	for start < len(r.data) && bytes.IndexByte([]byte(" \t\r\n,:"), r.data[start]) >= 0 {
		start++
	}
	at := r.position(start)
	token, err := r.tokens.Token()
	return token, at, err
}

func (r *jsonReader) value(depth int) (*node, *Problem) {
	token, at, err := r.next()
	if err != nil {
		return nil, jsonProblem(r.data, err)
	}
	n := &node{at: at}
	switch token := token.(type) {
	case nil:
		n.kind = nullKind
	case bool:
		n.kind, n.truth = boolKind, token
	case json.Number:
		n.kind, n.text = numberKind, token.String()
	case string:
		n.kind, n.text = stringKind, token
	case json.Delim:
		if depth == maxDepth {
			return nil, tooDeep(at)
		}
		if token == '[' {
			return n, r.list(n, depth)
		}
		return n, r.object(n, depth)
	}
	return n, nil
}

func (r *jsonReader) list(n *node, depth int) *Problem {
	n.kind = listKind
	for r.tokens.More() {
		e, problem := r.value(depth + 1)
		if problem != nil {
			return problem
		}
		n.elements = append(n.elements, e)
	}
	return r.close()
}

func (r *jsonReader) object(n *node, depth int) *Problem {
	n.kind = objectKind
	for r.tokens.More() {
		token, at, err := r.next()
		key, ok := token.(string)
		if err != nil || !ok {
			return &Problem{Line: at.line, Column: at.column, Message: "expected a key"}
		}
		value, problem := r.value(depth + 1)
		if problem != nil {
			return problem
		}
		n.members = append(n.members, member{key: key, at: at, value: value})
	}
	return r.close()
}

// close takes the bracket that ends a list or an object.
func (r *jsonReader) close() *Problem {
	if _, _, err := r.next(); err != nil {
		return jsonProblem(r.data, err)
	}
	return nil
}

// position counts lines onward from the last call, so it must be called with
// offsets that do not go back.
func (r *jsonReader) position(offset int) position {
	for r.counted < offset {
		if r.data[r.counted] == '\n' {
			r.line++
			r.lineStart = r.counted + 1
		}
		r.counted++
	}
	return position{r.line, utf8.RuneCount(r.data[r.lineStart:offset]) + 1}
}

func jsonProblem(data []byte, err error) *Problem {
	problem := &Problem{Message: "not JSON: " + err.Error()}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		// Offset is that of the byte after the one that is wrong.
		r := jsonReader{data: data, line: 1}
		at := r.position(min(max(int(syntax.Offset)-1, 0), len(data)))
		problem.Line, problem.Column = at.line, at.column
	}
	return problem
}

func tooDeep(at position) *Problem {
	return &Problem{Line: at.line, Column: at.column, Message: "nested too deeply"}
}
