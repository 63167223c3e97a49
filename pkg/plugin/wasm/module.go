package wasm

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/frame"
)

// abi is the version of the interface between module and gateway.
const abi = 1

// pagesPerMB is how many pages of a module's memory are a megabyte.
const pagesPerMB = 16

// startTimeout bounds how long an instance may take to begin.
const startTimeout = 10 * time.Second

// module is a compiled module, and its instances.
type module struct {
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
	config   []byte
	network  network
	log      *slog.Logger
	points   frame.Points
	free     chan *instance
	room     chan struct{} // a token for each instance that may be made
}

var (
	errABI    = fmt.Errorf("the module is for another version of the interface than %d", abi)
	errPoints = errors.New("the module wants to be called at no point")
)

// load compiles a module, within its time, and makes a first instance to see what it wants.
func load(cache wazero.CompilationCache, code []byte, s settings, n network, within time.Duration, log *slog.Logger) (*module, error) {
	ctx := context.Background()
	m := &module{
		runtime: wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCompilationCache(cache).
			WithMemoryLimitPages(uint32(s.MemoryMB*pagesPerMB))), //nolint:gosec // a gigabyte at most
		config: []byte(s.Settings), network: n, log: log,
		free: make(chan *instance, s.Instances), room: make(chan struct{}, s.Instances),
	}
	for range s.Instances {
		m.room <- struct{}{}
	}
	if err := m.begin(ctx, code, within); err != nil {
		_ = m.runtime.Close(ctx) // it was of no use
		return nil, err
	}
	return m, nil
}

func (m *module) begin(ctx context.Context, code []byte, within time.Duration) error {
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, m.runtime); err != nil {
		return err
	}
	if err := m.exportHost(ctx); err != nil {
		return err
	}
	if err := m.compile(ctx, code, within); err != nil {
		return err
	}
	<-m.room
	first, err := m.instantiate(ctx)
	if err != nil {
		return err
	}
	if err := first.introduce(ctx, m); err != nil {
		return err
	}
	m.free <- first
	return nil
}

// compilers is how many functions are compiled at once. Where it is but one, the compiler does not
// look whether its time is over.
const compilers = 2

func (m *module) compile(ctx context.Context, code []byte, within time.Duration) error {
	code, err := interruptible(code)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(experimental.WithCompilationWorkers(ctx, compilers), within)
	defer cancel()
	m.compiled, err = m.runtime.CompileModule(ctx, code)
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("it takes longer than %s to compile", within)
	}
	return err
}

// instantiate makes an instance.
func (m *module) instantiate(ctx context.Context) (*instance, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	lines := &lines{log: m.log}
	mod, err := m.runtime.InstantiateModule(ctx, m.compiled, wazero.NewModuleConfig().WithName("").
		WithStartFunctions().WithStdout(io.Discard).WithStderr(lines).
		WithSysWalltime().WithSysNanotime().WithRandSource(rand.Reader))
	if err != nil {
		return nil, fmt.Errorf("start an instance: %w", err)
	}
	return newInstance(ctx, mod, lines)
}

// ask has an instance answer a frame.
func (m *module) ask(ctx context.Context, _ plugin.Point, f []byte) ([]byte, error) {
	i, err := m.acquire(ctx)
	if err != nil {
		return nil, err
	}
	answer, err := i.hook(ctx, f)
	if err != nil {
		// What its memory looks like now, nobody knows.
		i.close()
		m.room <- struct{}{}
		return nil, err
	}
	m.free <- i
	return answer, nil
}

func (m *module) acquire(ctx context.Context) (*instance, error) {
	select {
	case i := <-m.free:
		return i, nil
	default:
	}
	select {
	case i := <-m.free:
		return i, nil
	case <-m.room:
		// The call that is first to need an instance does not pay for it with its time
		// limit alone: the next one finds it made.
		i, err := m.instantiate(context.WithoutCancel(ctx))
		if err != nil {
			m.room <- struct{}{}
		}
		return i, err
	case <-ctx.Done():
		return nil, fmt.Errorf("all %d instances are busy: %w", cap(m.free), ctx.Err())
	}
}

// close ends the module when no call uses it any more.
func (m *module) close() error {
	m.network.close()
	return m.runtime.Close(context.Background())
}
