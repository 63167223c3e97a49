package wasm

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The runtime's own means of stopping a module has every loop call out of compiled code, which
// makes a guest that looks at text six times slower. So a module gets the means written into it:
// a count of turns that its own code has no name for, and that goes down at the beginning of each
// function, with each turn of a loop, and before what moves much memory at once. When it is at
// its end, the module looks whether it has been stopped.
//
// It also breathes then: it calls out of compiled code, by a memory.grow of nothing. Go cannot
// stop a goroutine in code that it has not compiled, and a collection of garbage that has begun
// waits for all of them, as everything else does meanwhile, the timer that is to stop the guest
// among it: without a breath a guest that loops would hold the whole process, for ever.

// What an interruptible module exports beside its own.
const (
	stopName  = "asbru.stop"  // a global of 32 bits: not 0 ends whatever runs
	startName = "asbru.start" // what else would be run while an instance is made
)

// The globals that a module gets, by their distance from the first.
const (
	globalStop  = iota
	globalTurns // left before it breathes
	globalSize  // of what is about to be moved
	globalsOwn
)

// breathEvery is how many turns there are from one breath to the next: some 10 µs of a small loop.
const breathEvery = 1 << 13

var (
	errReserved = errors.New("it exports a name that is the gateway's, as those that begin with asbru and a dot are")
	errGlobal   = errors.New("it uses a global that it does not have")
)

// interruptible returns a module that does what code does, and can be stopped. It does not
// find out whether code is valid: what it returns is no more so.
func interruptible(code []byte) ([]byte, error) {
	all, err := sections(code)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(s section) bool { return s.id == sectionCustom && isDebug(s.body) })
	if all, err = bounded(all); err != nil {
		return nil, err
	}
	stop, err := globalsOf(all)
	if err != nil {
		return nil, err
	}
	global := bodyOf(all, sectionGlobal)
	for range globalsOwn {
		global = appendEntry(global, []byte{typeI32, 1, opI32Const, 0, opEnd})
	}
	all = with(all, sectionGlobal, global)
	export := appendEntry(bodyOf(all, sectionExport), exported(stopName, externGlobal, stop+globalStop))
	if start := bodyOf(all, sectionStart); start != nil {
		r := reader{start}
		f, err := r.u32()
		if err != nil {
			return nil, err
		}
		export = appendEntry(export, exported(startName, externFunc, f))
		all = slices.DeleteFunc(all, func(s section) bool { return s.id == sectionStart })
	}
	if bytes.Contains(bodyOf(all, sectionExport), []byte("asbru.")) {
		return nil, errReserved
	}
	all = with(all, sectionExport, export)
	for i := range all {
		if all[i].id == sectionCode {
			if all[i].body, err = checked(all[i].body, stop); err != nil {
				return nil, err
			}
		}
	}
	out := []byte(preamble)
	for _, s := range all {
		out = appendSized(append(out, s.id), s.body)
	}
	return out, nil
}

// isDebug says whether a custom section tells where instructions stand, which will be wrong.
func isDebug(body []byte) bool {
	r := reader{body}
	name, err := r.sized()
	return err == nil && strings.HasPrefix(string(name), ".debug_")
}

func bodyOf(all []section, id byte) []byte {
	for _, s := range all {
		if s.id == id {
			return s.body
		}
	}
	return nil
}

// with puts a section into its place, instead of the one that is there.
func with(all []section, id byte, body []byte) []section {
	made := section{id, body}
	for i := range all {
		if all[i].id == id {
			all[i] = made
			return all
		}
	}
	for i := range all {
		if all[i].place() > made.place() {
			return slices.Insert(all, i, made)
		}
	}
	return append(all, made)
}

// appendEntry returns a vector with another element at its end; nil is an empty one.
func appendEntry(vector, entry []byte) []byte {
	r := reader{vector}
	n, err := r.u32()
	if err != nil {
		n, r.rest = 0, nil // a damaged one stays one: it has lost all it had
	}
	out := binary.AppendUvarint(nil, uint64(n)+1)
	return append(append(out, r.rest...), entry...)
}

func exported(name string, kind byte, index uint32) []byte {
	return binary.AppendUvarint(append(appendSized(nil, []byte(name)), kind), uint64(index))
}

// globalsOf counts a module's globals, imported ones first, as indexes do.
func globalsOf(all []section) (n uint32, err error) {
	if body := bodyOf(all, sectionGlobal); body != nil {
		r := reader{body}
		if n, err = r.u32(); err != nil {
			return 0, err
		}
	}
	imported, err := imports(all, externGlobal)
	return n + imported, err
}

// imports counts what a module imports of a kind.
func imports(all []section, of byte) (n uint32, err error) {
	r := reader{bodyOf(all, sectionImport)}
	if r.rest == nil {
		return 0, nil
	}
	count, err := r.u32()
	if err != nil {
		return 0, err
	}
	for range count {
		kind, err := r.imported()
		if err != nil {
			return 0, err
		}
		if kind == of {
			n++
		}
	}
	return n, nil
}

// imported passes over an import and returns of what kind it is.
func (r *reader) imported() (kind byte, err error) {
	for range 2 { // its module's name, and its own
		if _, err := r.sized(); err != nil {
			return 0, err
		}
	}
	if kind, err = r.byte(); err != nil {
		return 0, err
	}
	switch kind {
	case externFunc:
		return kind, r.number()
	case externTable:
		if _, err = r.byte(); err != nil {
			return kind, err
		}
		return kind, r.limits()
	case externMemory:
		return kind, r.limits()
	case externGlobal:
		return kind, r.pass(2)
	}
	return kind, errModule
}

func (r *reader) limits() error {
	flags, err := r.byte()
	if err != nil {
		return err
	}
	return r.numbers(1 + uint32(flags&1))
}

// What a function may have. How long the compiler takes for one grows faster than its size, and
// with the square of the looks in it; and it cannot be stopped within one.
const (
	maxFunction = 1 << 20 // bytes
	maxLooks    = 1 << 10 // loops, and instructions that move memory
)

// checked returns the code section with a look in all that could go on for ever. The module's own
// globals are those before own.
func checked(body []byte, own uint32) ([]byte, error) {
	r := reader{body}
	n, err := r.u32()
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(body)+len(body)/8)
	out = binary.AppendUvarint(out, uint64(n))
	var function []byte
	for i := range n {
		body, err := r.sized()
		if err != nil {
			return nil, err
		}
		if len(body) > maxFunction {
			return nil, fmt.Errorf("its function %d has %d bytes, and %d are the most", i, len(body), maxFunction)
		}
		if function, err = appendChecked(function[:0], body, own); err != nil {
			return nil, fmt.Errorf("its function %d: %w", i, err)
		}
		out = appendSized(out, function)
	}
	if len(r.rest) > 0 {
		return nil, errModule
	}
	return out, nil
}

// appendChecked appends a function's body with the look at its beginning, that of its loops, and
// before what moves memory.
func appendChecked(dst, body []byte, own uint32) ([]byte, error) {
	look := appendLook(nil, own, uint32(len(body))) //nolint:gosec // a module is far smaller
	r := reader{body}
	groups, err := r.u32() // of locals
	if err != nil {
		return nil, err
	}
	for range groups {
		if _, err := r.u32(); err != nil { // how many
			return nil, err
		}
		if err := r.number(); err != nil { // of which type
			return nil, err
		}
	}
	dst = append(append(dst, body[:len(body)-len(r.rest)]...), look...)
	from, looks := r.rest, 0
	for len(r.rest) > 0 {
		if index, is := r.global(); is && index >= own {
			return nil, errGlobal // it would be ours
		}
		at := len(from) - len(r.rest)
		moves := r.moves()
		op, err := r.instruction()
		if err != nil {
			return nil, err
		}
		if moves || op == opLoop {
			if looks++; looks > maxLooks {
				return nil, fmt.Errorf("more than %d loops and instructions that move memory", maxLooks)
			}
		}
		switch {
		case moves:
			dst = append(appendSizeCounted(append(dst, from[:at]...), own), look...)
			from = from[at:]
		case op == opLoop:
			dst = append(append(dst, from[:len(from)-len(r.rest)]...), look...)
			from = r.rest
		}
	}
	return append(dst, from...), nil
}

// appendLook appends the instructions that count a turn in a function of a size in bytes, which
// costs more than one where it is large: it may go far before it looks again.
func appendLook(dst []byte, own, size uint32) []byte {
	const large = 1 << 10
	dst = appendGlobal(dst, opGlobalGet, own+globalTurns)
	dst = appendConst(dst, 1+min(size/large, breathEvery))
	dst = append(dst, opI32Sub)
	dst = appendGlobal(dst, opGlobalSet, own+globalTurns)
	dst = appendGlobal(dst, opGlobalGet, own+globalTurns)
	dst = append(appendConst(dst, 0), opI32LessSigned, opIf, blockEmpty)
	dst = appendGlobal(appendConst(dst, breathEvery), opGlobalSet, own+globalTurns)
	dst = append(appendConst(dst, 0), opMemoryGrow, 0, opDrop) // the breath
	dst = appendGlobal(dst, opGlobalGet, own+globalStop)
	return append(dst, opIf, blockEmpty, opUnreachable, opEnd, opEnd)
}

// appendSizeCounted appends the instructions that count a size, which is uppermost on the stack
// and stays there, as turns.
func appendSizeCounted(dst []byte, own uint32) []byte {
	const perTurn = 6 // 64 bytes, as power of two
	dst = appendGlobal(dst, opGlobalSet, own+globalSize)
	dst = appendGlobal(dst, opGlobalGet, own+globalTurns)
	dst = appendGlobal(dst, opGlobalGet, own+globalSize)
	dst = append(appendConst(dst, perTurn), opI32ShiftUnsigned, opI32Sub)
	dst = appendGlobal(dst, opGlobalSet, own+globalTurns)
	return appendGlobal(dst, opGlobalGet, own+globalSize)
}

func appendGlobal(dst []byte, op byte, index uint32) []byte {
	return binary.AppendUvarint(append(dst, op), uint64(index))
}

// appendConst appends a constant, which is written as a signed number.
func appendConst(dst []byte, v uint32) []byte {
	dst = append(dst, opI32Const)
	for v >= 0x40 {
		dst = append(dst, byte(v)|0x80)
		v >>= 7
	}
	return append(dst, byte(v))
}
