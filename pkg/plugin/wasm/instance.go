package wasm

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tetratelabs/wazero/api"

	"github.com/asbru-gateway/asbru/pkg/plugin/frame"
)

// instance is a running module. It has one user at a time.
type instance struct {
	mod         api.Module
	alloc, call api.Function
	lines       *lines
}

// errMemory is the error of a pointer into what is not the module's memory.
var errMemory = errors.New("the module points outside of its memory")

// has says whether a module has a function of a form.
func has(mod api.Module, name string, params, results []api.ValueType) (api.Function, error) {
	f := mod.ExportedFunction(name)
	if f == nil {
		return nil, fmt.Errorf("the module does not export %s", name)
	}
	if d := f.Definition(); !slices.Equal(d.ParamTypes(), params) || !slices.Equal(d.ResultTypes(), results) {
		return nil, fmt.Errorf("the module's %s has another form than the interface says", name)
	}
	return f, nil
}

var (
	none = []api.ValueType{}
	i32  = []api.ValueType{api.ValueTypeI32}
	i64  = []api.ValueType{api.ValueTypeI64}
)

func newInstance(mod api.Module, l *lines) (*instance, error) {
	i := &instance{mod: mod, lines: l}
	var err error
	if i.alloc, err = has(mod, "asbru_alloc", i32, i32); err == nil {
		i.call, err = has(mod, "asbru_hook", []api.ValueType{api.ValueTypeI32, api.ValueTypeI32}, i64)
	}
	if err == nil && mod.Memory() == nil {
		err = errors.New("the module exports no memory")
	}
	if err != nil {
		i.close()
		return nil, err
	}
	return i, nil
}

// introduce asks a first instance for its version and its points.
func (i *instance) introduce(ctx context.Context, m *module) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	version, err := i.number(ctx, "asbru_abi")
	if err != nil {
		return err
	}
	if version != abi {
		return errABI
	}
	points, err := i.number(ctx, "asbru_points")
	if err != nil {
		return err
	}
	m.points = frame.Points(points) & frame.All() //nolint:gosec // what is above is no point
	if m.points == 0 {
		return errPoints
	}
	return nil
}

func (i *instance) number(ctx context.Context, name string) (uint32, error) {
	f, err := has(i.mod, name, none, i32)
	if err != nil {
		return 0, err
	}
	out, err := f.Call(ctx)
	if err != nil {
		return 0, short(err)
	}
	return api.DecodeU32(out[0]), nil
}

// hook hands a frame to the instance and returns a copy of its answer.
func (i *instance) hook(ctx context.Context, f []byte) ([]byte, error) {
	if len(f) > math.MaxInt32 {
		return nil, errMemory
	}
	i.lines.begin()
	out, err := i.alloc.Call(ctx, uint64(len(f)))
	if err != nil {
		return nil, short(err)
	}
	at := api.DecodeU32(out[0])
	if at == 0 || !i.mod.Memory().Write(at, f) {
		return nil, errMemory
	}
	if out, err = i.call.Call(ctx, uint64(at), uint64(len(f))); err != nil {
		return nil, short(err)
	}
	at, size := uint32(out[0]>>32), uint32(out[0]) //nolint:gosec // the two halves
	if size == 0 {
		return nil, nil
	}
	if size > frame.MaxAnswer {
		return nil, fmt.Errorf("an answer of %d bytes, and %d are the most", size, frame.MaxAnswer)
	}
	answer, ok := i.mod.Memory().Read(at, size)
	if !ok {
		return nil, errMemory
	}
	return slices.Clone(answer), nil
}

func (i *instance) close() { _ = i.mod.Close(context.Background()) } // there is nothing that could be lost

// maxReason bounds what is kept of why an instance has crashed.
const maxReason = 300

// short leaves the stack out of what the runtime says of a crash.
func short(err error) error {
	text, _, _ := strings.Cut(err.Error(), "\nwasm stack trace:")
	return errors.New(strings.ToValidUTF8(text[:min(len(text), maxReason)], ""))
}
