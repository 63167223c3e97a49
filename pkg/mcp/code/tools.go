package code

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/mcp"
)

// Names of the tools that stand for all others.
const (
	List    = "listToolFiles"
	Read    = "readToolFile"
	Docs    = "getToolDocs"
	Execute = "executeToolCode"
)

// Client is the name that the tools have in place of a server's.
const Client = "code_mode"

// Tools are what a model is offered in place of the tools of servers in code mode. All but
// the one that runs code only read, and so run by themselves; of that one the code decides.
var Tools = []*mcp.Tool{
	tool(Execute, "Runs a script that calls tools, in Starlark: Python without import, class, try, is and f-strings. "+
		"Each server is an object and each tool a method with named arguments: data = server.tool(name=value). "+
		"What a tool answers is a dict or list where it is JSON, else a string; members are data[\"name\"]. "+
		"A tool that fails ends the script; what was done before stays done. Nothing is kept from one script to the next. "+
		"What is printed, and what is assigned to the variable result, is what you get. "+
		"Use only names that "+List+" and "+Read+" have told.",
		`"code":{"type":"string","description":"The script."}`, "code"),
	tool(Docs, "Tells all that is known of one tool: its description and the schema of its arguments.",
		`"server":{"type":"string"},"tool":{"type":"string"}`, "server", "tool"),
	tool(List, "Lists the files that tell which tools scripts can call. Begin here.", ``),
	tool(Read, "Reads a file of tools: their signatures, a line each.",
		`"fileName":{"type":"string","description":"As `+List+` has it, such as servers/search.pyi."},"startLine":{"type":"integer","minimum":1},"endLine":{"type":"integer","minimum":1}`,
		"fileName"),
}

func tool(name, description, properties string, required ...string) *mcp.Tool {
	schema := `{"type":"object","properties":{` + properties + `},"additionalProperties":false`
	if len(required) > 0 {
		schema += `,"required":["` + strings.Join(required, `","`) + `"]`
	}
	only := name != Execute
	return &mcp.Tool{Client: Client, Name: name, Original: name, Description: description, Schema: api.JSON(schema + "}"), ReadOnly: only, AutoRun: only}
}

// Find returns one of [Tools] by its name, nil for none.
func Find(name string) *mcp.Tool {
	for _, t := range Tools {
		if t.Name == name {
			return t
		}
	}
	return nil
}
