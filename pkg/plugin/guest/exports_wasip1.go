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

func address(b []byte) uint32 { return uint32(uintptr(unsafe.Pointer(unsafe.SliceData(b)))) }

//go:wasmimport asbru settings
func hostSettings(at, room uint32) uint32

//go:wasmimport asbru log
func hostLog(level, at, size uint32)

// Settings returns what the plugin's configuration has as settings, a JSON value.
func Settings() []byte {
	b := make([]byte, 4<<10)
	n := hostSettings(address(b), uint32(len(b)))
	if int(n) > len(b) {
		b = make([]byte, n)
		n = hostSettings(address(b), n)
	}
	return b[:n]
}

// Log writes a line to the gateway's log.
func Log(text string) {
	if b := []byte(text); len(b) > 0 {
		hostLog(1, address(b), uint32(len(b)))
	}
}
