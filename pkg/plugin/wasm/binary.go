package wasm

import (
	"encoding/binary"
	"errors"
)

// The parts of a module in the binary format:
// https://webassembly.github.io/spec/core/binary/modules.html

// The sections that are read here.
const (
	sectionCustom = 0
	sectionImport = 2
	sectionTable  = 4
	sectionMemory = 5
	sectionGlobal = 6
	sectionExport = 7
	sectionStart  = 8
	sectionCode   = 10
)

// preamble begins every module: a magic number, and the version of the format.
const preamble = "\x00asm\x01\x00\x00\x00"

// What may be imported and exported.
const (
	externFunc   = 0
	externTable  = 1
	externMemory = 2
	externGlobal = 3
)

var errModule = errors.New("it is no WebAssembly module, or a damaged one")

// section is one of a module's. A module has at most one of each id but for custom ones,
// and they stand in the order that place says.
type section struct {
	id   byte
	body []byte
}

// place is where in a module a section stands: they are numbered in order, but for the
// count of data segments, which was thought of later, and custom ones, which may stand
// anywhere.
func (s *section) place() int {
	const dataCount, sectionTag = 12, 13
	switch s.id {
	case sectionCustom:
		return -1
	case dataCount:
		return 2*sectionCode - 1
	case sectionTag:
		return 2*sectionGlobal - 1
	}
	return 2 * int(s.id)
}

// sections takes a module apart.
func sections(code []byte) ([]section, error) {
	if len(code) < len(preamble) || string(code[:len(preamble)]) != preamble {
		return nil, errModule
	}
	var all []section
	var seen [256]bool
	for r := (reader{code[len(preamble):]}); len(r.rest) > 0; {
		id, err := r.byte()
		if err != nil {
			return nil, err
		}
		body, err := r.sized()
		if err != nil {
			return nil, err
		}
		if seen[id] && id != sectionCustom || !holds(id, body) {
			return nil, errModule
		}
		seen[id] = true
		all = append(all, section{id, body})
	}
	return all, nil
}

// holds says whether a section is long enough for as many entries as it says to have: memory is
// made for these before they are read.
func holds(id byte, body []byte) bool {
	if id == sectionCustom || id == sectionStart {
		return true
	}
	n, err := (&reader{body}).u32()
	return err == nil && uint64(n) <= uint64(len(body))
}

// reader reads what is left of a part.
type reader struct{ rest []byte }

func (r *reader) byte() (byte, error) {
	b, err := r.bytes(1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}

func (r *reader) bytes(n uint32) ([]byte, error) {
	if uint64(n) > uint64(len(r.rest)) {
		return nil, errModule
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b, nil
}

// u32 reads a number in LEB128.
func (r *reader) u32() (uint32, error) {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 || v > 1<<32-1 {
		return 0, errModule
	}
	r.rest = r.rest[n:]
	return uint32(v), nil
}

// number passes over a number in LEB128 of at most 64 bits, signed or not.
func (r *reader) number() error {
	for i := range min(len(r.rest), binary.MaxVarintLen64) {
		if r.rest[i] < 0x80 {
			r.rest = r.rest[i+1:]
			return nil
		}
	}
	return errModule
}

// numbers passes over several.
func (r *reader) numbers(n uint32) error {
	for range n { // it ends with what is left
		if err := r.number(); err != nil {
			return err
		}
	}
	return nil
}

// sized reads bytes that stand behind their number.
func (r *reader) sized() ([]byte, error) {
	n, err := r.u32()
	if err != nil {
		return nil, err
	}
	return r.bytes(n)
}

// appendSized appends bytes behind their number.
func appendSized(dst, b []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(b))), b...)
}
