package wasm

import (
	"context"

	"github.com/tetratelabs/wazero/api"
)

// asking is what an instance has asked over the network within one hook.
type asking struct {
	times  int
	answer []byte // what came of the last time
}

// askingOf is under what key the context of a hook has the *asking of its instance.
type askingOf struct{}

// httpFetch asks over the network what the guest has written at a place, and returns the size of
// what came of it, which httpAnswer copies. It is 0 where no hook runs, as while an instance
// begins: that is no call's, and happens also where a configuration is only checked.
func (m *module) httpFetch(ctx context.Context, mod api.Module, at, size uint32) uint32 {
	a, hooked := ctx.Value(askingOf{}).(*asking)
	if !hooked {
		return 0
	}
	question, _ := mod.Memory().Read(at, size) // nothing is no question, and refused
	a.answer = m.network.ask(ctx, a, question)
	return uint32(len(a.answer)) //nolint:gosec // some megabytes
}

// httpAnswer copies what came of the last question to where the guest says, as much as has room
// there, and returns how many bytes there are.
func (m *module) httpAnswer(ctx context.Context, mod api.Module, at, room uint32) uint32 {
	a, hooked := ctx.Value(askingOf{}).(*asking)
	if !hooked {
		return 0
	}
	size := uint32(len(a.answer)) //nolint:gosec // as above
	if !mod.Memory().Write(at, a.answer[:min(room, size)]) {
		return 0
	}
	return size
}
