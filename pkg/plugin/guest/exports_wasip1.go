package guest

import "unsafe"

// in and out are what passes between the gateway and the guest. They are kept so that
// their memory stays where it is.
var in, out []byte

//go:wasmexport asbru_abi
func abi() uint32 { return 1 }

//go:wasmexport asbru_points
func exportPoints() uint32 { return wanted() }

//go:wasmexport asbru_alloc
func alloc(size uint32) uint32 {
	if uint32(cap(in)) < size || in == nil {
		in = make([]byte, max(size, 4<<10))
	}
	return address(in)
}

//go:wasmexport asbru_hook
func hook(at, size uint32) uint64 {
	out = answer(in[:size])
	if len(out) == 0 {
		return 0
	}
	return uint64(address(out))<<32 | uint64(len(out))
}

func address(b []byte) uint32 { return uint32(uintptr(start(b))) }

// What is imported gets pointers, which keeps where they point alive, and where it is.

//go:wasmimport asbru settings
func hostSettings(at unsafe.Pointer, room uint32) uint32

//go:wasmimport asbru log
func hostLog(level uint32, at unsafe.Pointer, size uint32)

//go:wasmimport asbru http_fetch
func hostFetch(at unsafe.Pointer, size uint32) uint32

//go:wasmimport asbru http_answer
func hostAnswer(at unsafe.Pointer, room uint32) uint32

func start(b []byte) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(b)) }

// Settings returns what the plugin's configuration has as settings, a JSON value.
func Settings() []byte {
	b := make([]byte, 4<<10)
	n := hostSettings(start(b), uint32(len(b)))
	if int(n) > len(b) {
		b = make([]byte, n)
		n = hostSettings(start(b), n)
	}
	return b[:n]
}

// Log writes a line to the gateway's log.
func Log(text string) {
	if b := []byte(text); len(b) > 0 {
		hostLog(1, start(b), uint32(len(b)))
	}
}

// fetch asks a question and returns its answer, both in JSON; nothing where no hook runs.
func fetch(question []byte) []byte {
	b := make([]byte, hostFetch(start(question), uint32(len(question))))
	return b[:hostAnswer(start(b), uint32(len(b)))]
}
