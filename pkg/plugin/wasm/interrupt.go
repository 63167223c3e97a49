package wasm

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
)

// The runtime's own means of stopping a module has every loop call out of compiled code, which
// makes a guest that looks at text six times slower. So a module gets the means written
// into it: a global that its own code has no name for, at which it looks at the beginning of
// each function and of each turn of a loop, and gives up if it is set. That is a load and a
// branch.

// What an interruptible module exports beside its own.
const (
	stopName  = "asbru.stop"  // a global of 32 bits: not 0 ends whatever runs
	startName = "asbru.start" // what else would be run while an instance is made
)

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
	stop, err := globalsOf(all)
	if err != nil {
		return nil, err
	}
	global := appendEntry(bodyOf(all, sectionGlobal), []byte{typeI32, 1, opI32Const, 0, opEnd})
	all = with(all, sectionGlobal, global)
	export := appendEntry(bodyOf(all, sectionExport), exported(stopName, externGlobal, stop))
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
	r := reader{bodyOf(all, sectionImport)}
	if r.rest == nil {
		return n, nil
	}
	imports, err := r.u32()
	if err != nil {
		return 0, err
	}
	for range imports {
		kind, err := r.imported()
		if err != nil {
			return 0, err
		}
		if kind == externGlobal {
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

// checked returns the code section with a look at a global in all that could go on for ever.
func checked(body []byte, stop uint32) ([]byte, error) {
	r := reader{body}
	n, err := r.u32()
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(body)+len(body)/8)
	out = binary.AppendUvarint(out, uint64(n))
	var function []byte
	for range n {
		body, err := r.sized()
		if err != nil {
			return nil, err
		}
		if function, err = appendChecked(function[:0], body, stop); err != nil {
			return nil, err
		}
		out = appendSized(out, function)
	}
	if len(r.rest) > 0 {
		return nil, errModule
	}
	return out, nil
}

// appendChecked appends a function's body with the look at its beginning and that of its loops.
func appendChecked(dst, body []byte, stop uint32) ([]byte, error) {
	look := binary.AppendUvarint([]byte{opGlobalGet}, uint64(stop))
	look = append(look, opIf, blockEmpty, opUnreachable, opEnd)
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
	from := r.rest
	for len(r.rest) > 0 {
		if index, is := r.global(); is && index >= stop {
			return nil, errGlobal // it would be ours
		}
		op, err := r.instruction()
		if err != nil {
			return nil, err
		}
		if op == opLoop {
			dst = append(append(dst, from[:len(from)-len(r.rest)]...), look...)
			from = r.rest
		}
	}
	return append(dst, from...), nil
}
