package sse_test

import "strings"

// event is an sse.Event that owns its bytes.
type event struct {
	Name    string
	Data    string
	HasData bool
	Comment bool
	Raw     string
}

// reference is the parser of the specification, written for plainness: it takes
// the whole input and works line by line. Where the specification dispatches an
// event or would have, but for missing data, it returns one. rest is what comes
// behind the last blank line.
func reference(input string) (events []event, rest string) {
	input = strings.TrimPrefix(input, "\uFEFF")
	var ev event
	for len(input) > 0 {
		line, after, ended := referenceLine(input)
		ev.Raw += input[:len(input)-len(after)]
		if !ended {
			break
		}
		input = after
		if line == "" {
			ev.Comment = !ev.HasData && ev.Name == ""
			ev.Name = strings.TrimPrefix(ev.Name, "=")
			ev.Data = strings.TrimSuffix(ev.Data, "\n")
			events = append(events, ev)
			ev = event{}
			continue
		}
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "data":
			ev.Data += value + "\n"
			ev.HasData = true
		case "event":
			ev.Name = "=" + value // an empty name differs from none
		}
	}
	return events, ev.Raw
}

func referenceLine(input string) (line, after string, ended bool) {
	i := strings.IndexAny(input, "\r\n")
	switch {
	case i < 0:
		return input, "", false
	case strings.HasPrefix(input[i:], "\r\n"):
		return input[:i], input[i+2:], true
	}
	return input[:i], input[i+1:], true
}
