package control

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/asbru-gateway/asbru/pkg/config"
)

// noNewPrograms refuses a change that would have an MCP server be a program which the
// configuration does not have yet. Programs come from start-up files alone, and no node
// runs what others say; this is so that nobody is told otherwise.
func noNewPrograms(old *config.Document, changed json.RawMessage) error {
	before, err := programsOf(old.JSON)
	if err != nil {
		return nil //nolint:nilerr // what is in force was checked
	}
	after, err := programsOf(changed)
	if err != nil {
		return nil //nolint:nilerr // the check of the configuration says what is wrong with it
	}
	for name, program := range after {
		if !bytes.Equal(program, before[name]) {
			return refuse(http.StatusForbidden, "program_not_allowed",
				"The programs of MCP servers come from the files that nodes are started with, not from here. Leave stdio_config out.")
		}
	}
	return nil
}

// programsOf returns the programs of a configuration's MCP servers, by server, each in one
// spelling.
func programsOf(document json.RawMessage) (map[string]json.RawMessage, error) {
	var d struct {
		MCP struct {
			Clients []struct {
				Name  string         `json:"name"`
				Stdio map[string]any `json:"stdio_config"`
			} `json:"client_configs"`
		} `json:"mcp"`
	}
	if err := json.Unmarshal(document, &d); err != nil {
		return nil, err
	}
	out := map[string]json.RawMessage{}
	for _, c := range d.MCP.Clients {
		if len(c.Stdio) == 0 {
			continue
		}
		program, err := json.Marshal(c.Stdio)
		if err != nil {
			return nil, err
		}
		out[c.Name] = program
	}
	return out, nil
}
