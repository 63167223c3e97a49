package wasm

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/tetratelabs/wazero/api"

	"github.com/asbru-gateway/asbru/pkg/plugin/frame"
)

// instance is a running module. It has one user at a time.
type instance struct {
	mod         api.Module
	alloc, call api.Function
	lines       *lines
	stop        api.MutableGlobal
	timer       *time.Timer // sets stop
	asking      asking      // of the hook that runs
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

func newInstance(ctx context.Context, mod api.Module, l *lines) (*instance, error) {
	i := &instance{mod: mod, lines: l}
	err := i.bind()
	for _, name := range [...]string{startName, "_initialize"} {
		f := mod.ExportedFunction(name)
		if err != nil || f == nil {
			continue
		}
		err = i.within(ctx, func() error {
			_, err := f.Call(ctx)
			return err
		})
		if err != nil {
			err = fmt.Errorf("start an instance: %w", err)
		}
	}
	if err != nil {
		i.close()
		return nil, err
	}
	return i, nil
}

// bind finds what the module must have.
func (i *instance) bind() (err error) {
	stop, ok := i.mod.ExportedGlobal(stopName).(api.MutableGlobal)
	if !ok {
		return errModule
	}
	i.stop = stop
	i.timer = time.AfterFunc(time.Hour, func() { stop.Set(1) })
	i.timer.Stop()
	if i.alloc, err = has(i.mod, "asbru_alloc", i32, i32); err != nil {
		return err
	}
	if i.call, err = has(i.mod, "asbru_hook", []api.ValueType{api.ValueTypeI32, api.ValueTypeI32}, i64); err != nil {
		return err
	}
	if i.mod.Memory() == nil {
		return errors.New("the module exports no memory")
	}
	return nil
}

var errTime = errors.New("it took longer than it may, and was stopped")

// within calls what runs code of the instance, which is stopped at the context's deadline.
// After an error the instance is of no use any more.
func (i *instance) within(ctx context.Context, call func() error) error {
	until, limited := ctx.Deadline()
	if limited {
		i.timer.Reset(time.Until(until))
	}
	err := call()
	switch inTime := !limited || i.timer.Stop(); {
	case !inTime:
		return errTime
	case err != nil:
		return short(err)
	}
	return nil
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
	var out []uint64
	err = i.within(ctx, func() (err error) {
		out, err = f.Call(ctx)
		return err
	})
	if err != nil {
		return 0, err
	}
	return api.DecodeU32(out[0]), nil
}

// hook hands a frame to the instance and returns a copy of its answer.
func (i *instance) hook(ctx context.Context, f []byte) (answer []byte, err error) {
	i.lines.begin()
	i.asking = asking{}
	ctx = context.WithValue(ctx, askingOf{}, &i.asking)
	err = i.within(ctx, func() error {
		answer, err = i.exchange(ctx, f)
		return err
	})
	i.asking.answer = nil
	return answer, err
}

func (i *instance) exchange(ctx context.Context, f []byte) ([]byte, error) {
	if len(f) > math.MaxInt32 {
		return nil, errMemory
	}
	stack := [2]uint64{uint64(len(f))}
	if err := i.alloc.CallWithStack(ctx, stack[:]); err != nil {
		return nil, err
	}
	at := api.DecodeU32(stack[0])
	if at == 0 || !i.mod.Memory().Write(at, f) {
		return nil, errMemory
	}
	stack = [2]uint64{uint64(at), uint64(len(f))}
	if err := i.call.CallWithStack(ctx, stack[:]); err != nil {
		return nil, err
	}
	at, size := uint32(stack[0]>>32), uint32(stack[0]) //nolint:gosec // the two halves
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

func (i *instance) close() {
	if i.timer != nil {
		i.timer.Stop()
	}
	_ = i.mod.Close(context.Background()) // there is nothing that could be lost
}

// maxReason bounds what is kept of why an instance has crashed.
const maxReason = 300

// short leaves the stack out of what the runtime says of a crash.
func short(err error) error {
	text, _, _ := strings.Cut(err.Error(), "\nwasm stack trace:")
	return errors.New(strings.ToValidUTF8(text[:min(len(text), maxReason)], ""))
}
