package sdk

import (
	"path/filepath"
	"slices"
)

// Operation is a thing that a library does, as the cases name it.
type Operation string

// The operations, in the order of the table in docs/sdks.md.
const (
	Models           Operation = "models"
	Chat             Operation = "chat"
	Stream           Operation = "stream"
	Tools            Operation = "tools"
	ParallelTools    Operation = "parallel_tools"
	ToolResults      Operation = "tool_results"
	StructuredOutput Operation = "structured_output"
	Images           Operation = "images"
	Embeddings       Operation = "embeddings"
	Rerank           Operation = "rerank"
	CountTokens      Operation = "count_tokens"
	Media            Operation = "media"
	Files            Operation = "files"
	Realtime         Operation = "realtime"
	Errors           Operation = "errors"
	BaseURLs         Operation = "base_urls"
)

// Operations has all of them, with the words that the documentation has for them.
var Operations = []struct {
	Name  Operation
	Words string
}{
	{Models, "models"},
	{Chat, "chat"},
	{Stream, "stream"},
	{Tools, "tools"},
	{ParallelTools, "parallel tools"},
	{ToolResults, "tool results"},
	{StructuredOutput, "structured output"},
	{Images, "image input"},
	{Embeddings, "embeddings"},
	{Rerank, "rerank"},
	{CountTokens, "token count"},
	{Media, "media"},
	{Files, "files"},
	{Realtime, "realtime"},
	{Errors, "errors"},
	{BaseURLs, "base URLs"},
}

// Environment is a set of installed packages.
type Environment struct {
	Language string // python or node, the folder of the cases
	Name     string // of the file, or folder, of pinned versions
	Age      string
}

// Environments are all of them.
var Environments = []Environment{pythonNewest, pythonFrameworks, pythonEarlier, nodeNewest, nodeEarlier}

var (
	pythonNewest     = Environment{"python", "requirements", "newest"}
	pythonFrameworks = Environment{"python", "frameworks", "newest"}
	pythonEarlier    = Environment{"python", "earlier", "a year old"}
	nodeNewest       = Environment{"node", ".", "newest"}
	nodeEarlier      = Environment{"node", "earlier", "a year old"}
)

// Installed is where scripts/integration.sh puts its packages.
func (e Environment) Installed() string {
	if e.Language == "python" {
		return filepath.Join("..", "..", ".cache", "sdk", e.Name)
	}
	return filepath.Join("node", e.Name, "node_modules")
}

// Libraries returns those that the environment has.
func (e Environment) Libraries() []Library {
	var those []Library
	for _, l := range Libraries {
		if slices.Contains(l.In, e) {
			those = append(those, l)
		}
	}
	return those
}

// Library is a client library, or one way of using it.
type Library struct {
	Title   string
	Package string // on PyPI or npm
	Cases   string // the file and the class, or function, that uses it
	Caller  string // names its failing providers; empty for one without the case of errors
	In      []Environment
	// Setup is how it is pointed at the gateway.
	Setup string
	// Works are the operations that it has a case for: those that work.
	Works []Operation
	// Newer are those of them that the library a year ago did not have yet.
	Newer []Operation
}

// WorksIn returns the operations that have a case in an environment.
func (l *Library) WorksIn(e Environment) []Operation {
	if e.Age == pythonNewest.Age {
		return l.Works
	}
	return slices.DeleteFunc(slices.Clone(l.Works), func(o Operation) bool { return slices.Contains(l.Newer, o) })
}

// Libraries are all that have cases.
var Libraries = slices.Concat(python, node)
