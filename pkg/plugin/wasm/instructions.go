package wasm

import "fmt"

// The instructions that mean something here:
// https://webassembly.github.io/spec/core/binary/instructions.html
const (
	opUnreachable      = 0x00
	opLoop             = 0x03
	opIf               = 0x04
	opEnd              = 0x0b
	opGlobalGet        = 0x23
	opGlobalSet        = 0x24
	opMemoryGrow       = 0x40
	opI32Const         = 0x41
	opDrop             = 0x1a
	opI32LessSigned    = 0x48
	opI32Sub           = 0x6b
	opI32ShiftUnsigned = 0x76
	opPrefixMisc       = 0xfc
	opPrefixSIMD       = 0xfd
)

// The type of a block without a result, and that of a 32-bit number.
const (
	blockEmpty = 0x40
	typeI32    = 0x7f
)

// instruction passes over the next instruction and returns its first byte.
func (r *reader) instruction() (op byte, err error) {
	if op, err = r.byte(); err != nil {
		return 0, err
	}
	switch op {
	case 0x02, opLoop, opIf, // a block's type
		0x0c, 0x0d, 0x10, 0x12, // labels and functions
		0x20, 0x21, 0x22, opGlobalGet, opGlobalSet, 0x25, 0x26, // locals, globals, tables
		0x3f, 0x40, opI32Const, 0x42, 0xd0, 0xd2: // a memory, a constant, a reference
		return op, r.number()
	case 0x11, 0x13: // a type and a table
		return op, r.numbers(2)
	case 0x0e: // labels, and another
		n, err := r.u32()
		if err != nil {
			return op, err
		}
		if err := r.numbers(n); err != nil {
			return op, err
		}
		return op, r.number()
	case 0x1c: // types
		_, err = r.sized()
		return op, err
	case 0x43:
		return op, r.pass(4)
	case 0x44:
		return op, r.pass(8)
	case opPrefixMisc:
		return op, r.misc()
	case opPrefixSIMD:
		return op, r.simd()
	}
	switch {
	case op >= 0x28 && op <= 0x3e: // alignment and offset
		return op, r.numbers(2)
	case op <= 0x01, op == 0x05, op == opEnd, op == 0x0f, op == 0x1a, op == 0x1b, op >= 0x45 && op <= 0xc4, op == 0xd1:
		return op, nil
	}
	return op, unknown(uint32(op))
}

// unknown is the error of an instruction that cannot be passed over. It is refused, as one
// that is passed over wrongly could hide a loop.
func unknown(op uint32) error {
	return fmt.Errorf("it has an instruction %#x that is not known here", op)
}

// global returns which global the next instruction is about; false for one that is not about any.
func (r *reader) global() (index uint32, is bool) {
	if len(r.rest) == 0 || r.rest[0] != opGlobalGet && r.rest[0] != opGlobalSet {
		return 0, false
	}
	index, err := (&reader{r.rest[1:]}).u32()
	return index, err == nil
}

// moves says whether the next instruction moves as much memory, or of a table, as the uppermost
// value on the stack says.
func (r *reader) moves() bool {
	if len(r.rest) == 0 || r.rest[0] != opPrefixMisc {
		return false
	}
	op, err := (&reader{r.rest[1:]}).u32()
	if err != nil {
		return false
	}
	switch op {
	case 8, 10, 11, 12, 14, 17: // memory.init, copy and fill, table.init, copy and fill
		return true
	}
	return false
}

func (r *reader) pass(n uint32) error {
	_, err := r.bytes(n)
	return err
}

// misc passes over what is behind the prefix of saturating conversions and bulk operations.
func (r *reader) misc() error {
	op, err := r.u32()
	switch {
	case err != nil:
		return err
	case op <= 7:
		return nil
	case op == 8, op == 10, op == 12, op == 14:
		return r.numbers(2)
	case op <= 17:
		return r.number()
	}
	return unknown(opPrefixMisc<<8 | op)
}

// simd passes over what is behind the prefix of vector instructions.
func (r *reader) simd() error {
	const last = 0x113
	op, err := r.u32()
	switch {
	case err != nil:
		return err
	case op <= 11, op == 92, op == 93: // alignment and offset
		return r.numbers(2)
	case op == 12, op == 13: // a constant, lanes
		return r.pass(16)
	case op >= 21 && op <= 34: // a lane
		return r.pass(1)
	case op >= 84 && op <= 91: // alignment, offset and a lane
		if err := r.numbers(2); err != nil {
			return err
		}
		return r.pass(1)
	case op <= last:
		return nil
	}
	return unknown(opPrefixSIMD<<8 | op)
}
