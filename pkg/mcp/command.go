package mcp

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/config"
)

// Command is a program that is an MCP server. It comes from the start-up file of the node
// that runs it, and from nowhere else: whoever may say what a machine runs owns it.
type Command struct {
	Path string
	Args []string
	Env  []string // NAME=VALUE: all that it gets of an environment
	Dir  string   // "" is a new, empty folder
}

// Commands returns the programs that a start-up file lets the node run, by server.
func Commands(cfg *config.Config) (map[string]Command, error) {
	out := map[string]Command{}
	for i := range cfg.MCP.Clients {
		c := &cfg.MCP.Clients[i]
		if c.ConnectionType != config.MCPStdioType || c.Stdio == nil || c.Stdio.Command == "" || !c.On() {
			continue
		}
		command := Command{Path: c.Stdio.Command, Args: c.Stdio.Args, Dir: c.Stdio.Dir}
		if command.Dir != "" && !filepath.IsAbs(command.Dir) {
			return nil, fmt.Errorf("mcp server %s: dir must be an absolute path", c.Name)
		}
		for _, env := range c.Stdio.Envs {
			if !strings.Contains(env, "=") {
				value, ok := os.LookupEnv(env)
				if !ok {
					continue // a program may do without what is not there
				}
				env += "=" + value
			}
			command.Env = append(command.Env, env)
		}
		for name, value := range c.Stdio.Env {
			command.Env = append(command.Env, name+"="+value.Reveal())
		}
		out[c.Name] = command
	}
	return out, nil
}

// errNoCommand: the server's program is not one that this node may run.
var errNoCommand = errors.New("its program is not in the start-up file of this node, nor of a worker")
