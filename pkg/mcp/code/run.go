package code

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/mcp"
)

// Script is a program that a model has written, and what it may use. It is run once.
type Script struct {
	Code    string
	Servers []Server
	// Call runs a tool. Its error is told to the model, and ends the script.
	Call func(ctx context.Context, t *mcp.Tool, arguments api.JSON) (*mcp.Result, error)
	// Timeout is how long it may take, its calls of tools included.
	Timeout time.Duration
}

// Bounds of a script.
const (
	maxCode    = 64 << 10
	maxNesting = 100 // of brackets
	maxSteps   = 5_000_000
	maxCalls   = 100
	maxOutput  = 256 << 10
)

// running is a script that runs.
type running struct {
	*Script

	ctx    context.Context
	purse  purse
	calls  int
	output strings.Builder
	cut    bool
}

// options of the language: what a Python program that has but one file would use.
var options = &syntax.FileOptions{TopLevelControl: true, While: true, Set: true, GlobalReassign: true}

// Run runs the script, and returns what the model is told of it. failed says that it did
// not come to its end.
func (s *Script) Run(ctx context.Context) (told string, failed bool) {
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	r := &running{Script: s, ctx: ctx, purse: purse{purseBytes}}
	value, err := r.run()
	return r.tell(value, err), err != nil
}

func (r *running) run() (value starlark.Value, err error) {
	defer func() { // of the interpreter: a script must not cost more than itself
		if recover() != nil {
			value, err = nil, errors.New("the interpreter cannot run this")
		}
	}()
	file, err := parse(r.Code)
	if err != nil {
		return nil, err
	}
	if err := guarded(file); err != nil {
		return nil, err
	}
	globals := r.globals()
	program, err := starlark.FileProgram(file, globals.Has)
	if err != nil {
		return nil, err
	}
	thread := &starlark.Thread{Name: "script", Print: r.print}
	thread.SetMaxExecutionSteps(maxSteps)
	thread.OnMaxSteps = func(t *starlark.Thread) { t.Cancel(fmt.Sprintf("it takes more than %d steps", maxSteps)) }
	defer context.AfterFunc(r.ctx, func() { thread.Cancel("its time has passed") })()
	made, err := program.Init(thread, globals)
	if err != nil {
		return nil, err
	}
	return made["result"], nil
}

// parse reads a program, unless it is one that the parser would need too much for.
func parse(code string) (*syntax.File, error) {
	if len(code) > maxCode {
		return nil, fmt.Errorf("the code has more than %d bytes", maxCode)
	}
	depth := 0
	for i := range len(code) {
		switch code[i] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		}
		if depth > maxNesting {
			return nil, fmt.Errorf("brackets are nested more than %d deep", maxNesting)
		}
	}
	return options.Parse("code", code, 0)
}

// globals is all that a script has.
func (r *running) globals() starlark.StringDict {
	all := starlark.StringDict{}
	r.purse.operatorsOf(all)
	r.purse.functionsOf(all)
	all[attrName] = paid("attribute", 2, func(args starlark.Tuple) (starlark.Value, error) {
		name, _ := starlark.AsString(args[1])
		return r.attribute(args[0], name)
	})
	for i := range r.Servers {
		s := &r.Servers[i]
		all[s.Name] = &object{s, r}
	}
	return all
}

// attribute returns a tool of a server, or a method of a value.
func (r *running) attribute(of starlark.Value, name string) (starlark.Value, error) {
	if o, ok := of.(*object); ok {
		if f, err := o.Attr(name); f != nil || err != nil {
			return f, err
		}
		return nil, fmt.Errorf("%s has no tool %s; it has %s", o.server.Name, name, strings.Join(o.AttrNames(), ", "))
	}
	cost := methods[of.Type()][name]
	has, ok := of.(starlark.HasAttrs)
	if cost == nil || !ok {
		hint := ""
		if _, dict := of.(*starlark.Dict); dict {
			hint = fmt.Sprintf("; write [%q] for a member", name)
		}
		return nil, fmt.Errorf("a %s has no .%s%s", of.Type(), name, hint)
	}
	method, err := has.Attr(name)
	f, ok := method.(*starlark.Builtin)
	if err != nil || !ok {
		return nil, fmt.Errorf("a %s has no .%s", of.Type(), name)
	}
	return r.purse.priced(of, f, cost), nil
}

// callTool runs a tool for the script.
func (r *running) callTool(f *Function, args starlark.Tuple, named []starlark.Tuple) (starlark.Value, error) {
	if r.calls++; r.calls > maxCalls {
		return nil, fmt.Errorf("a script may call %d tools", maxCalls)
	}
	items := named
	if dict, ok := first(args).(*starlark.Dict); ok && len(args) == 1 && len(named) == 0 {
		items = dict.Items() // as many write it
	} else if len(args) > 0 {
		return nil, fmt.Errorf("arguments are given by name: %s(name=value)", f.Name)
	}
	for _, item := range items {
		if err := r.purse.payDeep(item); err != nil {
			return nil, err
		}
	}
	arguments, err := appendObject(nil, items)
	if err != nil {
		return nil, err
	}
	result, err := r.Call(r.ctx, f.Tool, arguments)
	if err != nil {
		return nil, err
	}
	if result.IsError {
		return nil, fmt.Errorf("the tool says: %s", clipped(result.Text(), maxOutput/4))
	}
	if err := r.purse.pay(times(2, int64(len(result.Structured)+len(result.Text())))); err != nil {
		return nil, err
	}
	return valueOf(result), nil
}

func first(args starlark.Tuple) starlark.Value {
	if len(args) == 0 {
		return nil
	}
	return args[0]
}

// print takes a line of the script's output.
func (r *running) print(_ *starlark.Thread, line string) {
	if left := maxOutput - r.output.Len(); len(line) > left {
		line, r.cut = clipped(line, max(left, 0)), true
	}
	if line != "" {
		r.output.WriteString(line + "\n")
	}
}

// tell is what the model reads.
func (r *running) tell(value starlark.Value, err error) string {
	var b strings.Builder
	if err != nil {
		b.WriteString("The script failed: " + clipped(failure(err), maxOutput/8) + "\n")
		if r.calls > 0 {
			fmt.Fprintf(&b, "It had called tools %d times before; what these have done stays done.\n", r.calls)
		}
	}
	if r.output.Len() > 0 {
		b.WriteString("Printed:\n" + r.output.String())
	}
	if r.cut {
		fmt.Fprintf(&b, "[Of what it printed, no more than %d bytes are shown.]\n", maxOutput)
	}
	switch text, fails := r.result(value); {
	case fails != nil && err == nil:
		b.WriteString("The result cannot be told: " + fails.Error() + "\n")
	case text != "":
		b.WriteString("Result:\n" + text + "\n")
	}
	if b.Len() == 0 {
		return `The script came to its end and has told nothing. Assign to the variable result, or print.`
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// result is the script's result as JSON.
func (r *running) result(value starlark.Value) (string, error) {
	if value == nil || value == starlark.None {
		return "", nil
	}
	if err := r.purse.payDeep(value); err != nil {
		return "", err
	}
	text, err := appendJSON(nil, value)
	if len(text) > maxOutput {
		return clipped(string(text), maxOutput) + fmt.Sprintf("\n[The result has %d bytes, of which no more than %d are shown.]", len(text), maxOutput), err
	}
	return string(text), err
}

// failure is an error with where it happened.
func failure(err error) string {
	var eval *starlark.EvalError
	if !errors.As(err, &eval) {
		return err.Error()
	}
	for i := range len(eval.CallStack) { // the innermost place in the script itself
		if at := eval.CallStack.At(i).Pos; at.Filename() == "code" {
			return fmt.Sprintf("line %d: %s", at.Line, eval.Msg)
		}
	}
	return eval.Msg
}

func clipped(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
