// Command words is a plugin that hides words in what callers say, and refuses calls that
// have a forbidden one:
//
//	{"hide": ["Acme"], "forbid": ["password"]}
package main

import (
	"encoding/json"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/plugin/guest"
)

var settings struct {
	Hide   []string `json:"hide"`
	Forbid []string `json:"forbid"`
}

func init() { //nolint:gochecknoinits // a module has no other beginning
	if b := guest.Settings(); len(b) > 0 {
		if err := json.Unmarshal(b, &settings); err != nil {
			panic(err)
		}
	}
	guest.Handle("before_route", look)
}

func look(f *guest.Frame) *guest.Answer {
	request := string(f.Request)
	for _, word := range settings.Forbid {
		if strings.Contains(request, word) {
			return guest.Refuse(422, "forbidden_word", "The request has a word that is not allowed here.")
		}
	}
	hidden := request
	for _, word := range settings.Hide {
		hidden = strings.ReplaceAll(hidden, word, "***")
	}
	if hidden == request {
		return nil
	}
	return &guest.Answer{Request: json.RawMessage(hidden), Notes: map[string]string{"words": "hidden"}}
}

func main() {}
