package wasm

import (
	"bytes"
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// assembled is a module with one function, f, of a type without parameters and results.
func assembled(body []byte, more ...section) []byte {
	function := append([]byte{0}, body...) // no locals
	all := []section{
		{1, []byte{1, 0x60, 0, 0}},
		{3, []byte{1, 0}},
		{sectionExport, []byte{1, 1, 'f', externFunc, 0}},
		{sectionCode, appendSized([]byte{1}, append(function, opEnd))},
	}
	for _, s := range more {
		all = with(all, s.id, s.body)
	}
	out := []byte(preamble)
	for _, s := range all {
		out = appendSized(append(out, s.id), s.body)
	}
	return out
}

// instantiated is an instance of a module that can be stopped.
func instantiated(t *testing.T, code []byte) api.Module {
	t.Helper()
	code, err := interruptible(code)
	require.NoError(t, err)
	r := wazero.NewRuntime(t.Context())
	t.Cleanup(func() { require.NoError(t, r.Close(context.Background())) })
	mod, err := r.Instantiate(t.Context(), code)
	require.NoError(t, err)
	return mod
}

func TestWhatGoesOnForEverIsStopped(t *testing.T) {
	const call = 0x10
	for name, body := range map[string][]byte{
		"a loop":                 {opLoop, blockEmpty, 0x0c, 0, opEnd},
		"a loop in a loop":       {opLoop, blockEmpty, opLoop, blockEmpty, 0x0c, 1, opEnd, opEnd},
		"calls without any loop": {call, 0, call, 0, call, 0}, // it overflows its stack or is stopped
		"moves memory for ever":  append(append([]byte{opLoop, blockEmpty}, fill...), 0x0c, 0, opEnd),
		"moves memory again and again, without any loop": bytes.Repeat(fill, 500),
	} {
		t.Run(name, func(t *testing.T) {
			mod := instantiated(t, assembled(body, section{sectionMemory, []byte{1, 0, 0x80, 0x02}})) // of 256 pages
			stop, ok := mod.ExportedGlobal(stopName).(api.MutableGlobal)
			require.True(t, ok)
			// The switch is set by a goroutine that has to wait until the world goes on.
			time.AfterFunc(time.Millisecond, func() {
				runtime.GC()
				stop.Set(1)
			})
			_, err := mod.ExportedFunction("f").Call(t.Context())
			require.Error(t, err)
		})
	}
}

// fill are instructions that fill 16 MB of memory.
var fill = []byte{opI32Const, 0, opI32Const, 0, opI32Const, 0x80, 0x80, 0x80, 0x08, opPrefixMisc, 11, 0}

func TestTablesHaveAnEnd(t *testing.T) {
	const refNull, funcref, tableGrow = 0xd0, 0x70, 15
	grow := []byte{refNull, funcref, opI32Const, 0x80, 0x80, 0xc0, 0x00, opPrefixMisc, tableGrow, 0, opDrop} // by 2^20
	for name, table := range map[string][]byte{
		"without an end": {1, funcref, 0, 2},
		"with one":       {1, funcref, 1, 2, 0xff, 0xff, 0xff, 0xff, 0x0f},
	} {
		t.Run(name, func(t *testing.T) {
			code, err := interruptible(assembled(grow, section{sectionTable, table}))
			require.NoError(t, err)
			all, err := sections(code)
			require.NoError(t, err)
			require.Equal(t, []byte{1, funcref, 1, 2, 0x80, 0x80, 0x40}, bodyOf(all, sectionTable))
			_, err = instantiated(t, assembled(grow, section{sectionTable, table})).ExportedFunction("f").Call(t.Context())
			require.NoError(t, err, "that it does not grow is told to it")
		})
	}
	_, err := interruptible(assembled(nil, section{sectionTable, []byte{1, funcref, 0, 0x81, 0x80, 0x40}}))
	require.ErrorContains(t, err, "entries")
	_, err = interruptible(assembled(nil, section{sectionTable, append([]byte{9}, bytes.Repeat([]byte{funcref, 0, 0}, 9)...)}))
	require.ErrorContains(t, err, "tables")
}

func TestTheStartFunctionIsNotRunWhileAnInstanceIsMade(t *testing.T) {
	mod := instantiated(t, assembled([]byte{opLoop, blockEmpty, 0x0c, 0, opEnd}, section{sectionStart, []byte{0}}))
	require.NotNil(t, mod.ExportedFunction(startName))
}

func TestAModuleCannotKeepItselfFromBeingStopped(t *testing.T) {
	resets := assembled([]byte{opLoop, blockEmpty, opI32Const, 0, opGlobalSet, 0, 0x0c, 0, opEnd})
	_, err := interruptible(resets)
	require.ErrorIs(t, err, errGlobal)
	own := assembled([]byte{opI32Const, 5, opGlobalSet, 0}, section{sectionGlobal, []byte{1, typeI32, 1, opI32Const, 0, opEnd}})
	mod := instantiated(t, own)
	_, err = mod.ExportedFunction("f").Call(t.Context())
	require.NoError(t, err)
	require.Zero(t, mod.ExportedGlobal(stopName).Get())
	reserved := assembled(nil, section{sectionExport, append([]byte{1, byte(len(stopName))}, stopName+"\x00\x00"...)})
	_, err = interruptible(reserved)
	require.ErrorIs(t, err, errReserved)
	twice := append(assembled(nil), sectionCode, 1, 0)
	_, err = interruptible(twice)
	require.ErrorIs(t, err, errModule)
	unknown := assembled([]byte{0xfe, 0})
	_, err = interruptible(unknown)
	require.ErrorContains(t, err, "0xfe")
}

func TestAFunctionThatWouldTakeForEverToCompileIsRefused(t *testing.T) {
	moves := []byte{opI32Const, 0, opI32Const, 0, opI32Const, 0, opPrefixMisc, 11, 0} // memory.fill
	_, err := interruptible(assembled(bytes.Repeat(moves, maxLooks+1)))
	require.EqualError(t, err, "its function 0: more than 1024 loops and instructions that move memory")
	_, err = interruptible(assembled(bytes.Repeat(moves, maxLooks)))
	require.NoError(t, err)
	_, err = interruptible(assembled(bytes.Repeat([]byte{opLoop, blockEmpty, opEnd}, maxLooks+1)))
	require.ErrorContains(t, err, "more than 1024 loops")
	long := bytes.Repeat([]byte{0x01}, maxFunction) // nop
	_, err = interruptible(assembled(long))
	require.EqualError(t, err, "its function 0 has 1048578 bytes, and 1048576 are the most")
	_, err = interruptible(assembled(long[:maxFunction/2]))
	require.NoError(t, err)
}

func FuzzInterruptible(f *testing.F) {
	f.Add(assembled([]byte{opLoop, blockEmpty, 0x0c, 0, opEnd}, section{sectionStart, []byte{0}}))
	f.Add(assembled([]byte{opPrefixSIMD, 12, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0x1a, opPrefixMisc, 11, 0}))
	f.Add(assembled([]byte{opI32Const, 0, 0x0e, 2, 0, 0, 0}, section{sectionImport, []byte{1, 1, 'a', 1, 'g', externGlobal, typeI32, 0}}))
	r := wazero.NewRuntimeWithConfig(context.Background(), wazero.NewRuntimeConfigInterpreter())
	f.Fuzz(func(t *testing.T, code []byte) {
		made, err := interruptible(code)
		if err != nil {
			return
		}
		// A module that is valid stays so.
		was, err := r.CompileModule(t.Context(), code)
		if err != nil {
			return
		}
		defer was.Close(t.Context())
		is, err := r.CompileModule(t.Context(), made)
		require.NoError(t, err)
		require.NoError(t, is.Close(t.Context()))
	})
}
