package guest

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
)

// Frames are read here and not by package encoding/json, which as WebAssembly takes more than
// 100 µs for one: a frame is the gateway's, and valid, so what a guest does not look at is
// passed over.

var errFrame = errors.New("guest: the frame is not as the interface says")

// read reads a frame. What it keeps as JSON is a part of b.
func (f *Frame) read(b []byte) error {
	return members(b, func(name string, value []byte) (err error) {
		switch name {
		case "asbru":
			f.Version, err = strconv.Atoi(string(value))
		case "point":
			f.Point, err = text(value)
		case "plugin":
			f.Plugin, err = text(value)
		case "call":
			err = f.Call.read(value)
		case "headers":
			err = json.Unmarshal(value, &f.Headers)
		case "state":
			f.State = value
		case "request":
			f.Request = value
		case "partial":
			f.Partial = string(value) == "true"
		case "response":
			f.Response = value
		case "error":
			err = json.Unmarshal(value, &f.Error)
		case "events":
			err = json.Unmarshal(value, &f.Events)
		case "done":
			f.Done = value
		case "tool":
			f.Tool = value
		case "result":
			f.Result = value
		case "http":
			f.HTTP = value
		case "http_answer":
			f.Answered = value
		case "chunk":
			f.Chunk, err = text(value)
		case "cluster_events":
			err = json.Unmarshal(value, &f.Happened)
		}
		return err
	})
}

func (c *Call) read(b []byte) error {
	return members(b, func(name string, value []byte) (err error) {
		var to *string
		switch name {
		case "id":
			to = &c.ID
		case "request_id":
			to = &c.RequestID
		case "dialect":
			to = &c.Dialect
		case "op":
			to = &c.Op
		case "stream":
			c.Stream = string(value) == "true"
		case "attempt":
			c.Attempt, err = strconv.Atoi(string(value))
		case "provider":
			to = &c.Provider
		case "model":
			to = &c.Model
		case "virtual_key_id":
			to = &c.VirtualKeyID
		case "virtual_key":
			to = &c.VirtualKey
		case "team":
			to = &c.Team
		case "customer":
			to = &c.Customer
		case "user":
			to = &c.User
		case "end_user":
			to = &c.EndUser
		}
		if to != nil {
			*to, err = text(value)
		}
		return err
	})
}

// members calls each with the members of an object that has no blanks between its parts.
func members(b []byte, each func(name string, value []byte) error) error {
	if len(b) < 2 || b[0] != '{' {
		return errFrame
	}
	for i := 1; i < len(b) && b[i] != '}'; {
		if b[i] == ',' {
			i++
		}
		colon := end(b, i)
		if colon < 0 || colon >= len(b) || b[colon] != ':' {
			return errFrame
		}
		name, err := text(b[i:colon])
		if err != nil {
			return err
		}
		if i = end(b, colon+1); i < 0 {
			return errFrame
		}
		if err := each(name, b[colon+1:i:i]); err != nil {
			return err
		}
	}
	return nil
}

// end returns where the value ends that begins at b[i], or -1.
func end(b []byte, i int) int {
	for depth := 0; i >= 0 && i < len(b); {
		switch b[i] {
		case '"':
			if i = endOfText(b, i); depth == 0 || i < 0 {
				return i
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i // of a number before it
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ':':
			if depth == 0 {
				return i
			}
		}
		i++
	}
	return -1
}

// endOfText returns where the string ends that begins at b[i], or -1.
func endOfText(b []byte, i int) int {
	for i++; ; {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return -1
		}
		i += n + 1
		escapes := 0
		for b[i-2-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i
		}
	}
}

// text reads a string.
func text(b []byte) (s string, err error) {
	if len(b) < 2 || b[0] != '"' || bytes.IndexByte(b, '\\') >= 0 {
		err = json.Unmarshal(b, &s)
		return s, err
	}
	return string(b[1 : len(b)-1]), nil
}
