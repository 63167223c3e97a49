package wasm

import (
	"encoding/binary"
	"fmt"
)

// What a module may have of tables: the runtime bounds memory alone, and a table that grows
// takes the process's.
const (
	maxTables  = 8
	maxEntries = 1 << 20 // of a table: 8 MB
)

// bounded gives a module's tables an end, and a memory to one that has none: it needs one to
// breathe.
func bounded(all []section) ([]section, error) {
	if tables := bodyOf(all, sectionTable); tables != nil {
		ended, err := boundedTables(tables)
		if err != nil {
			return nil, err
		}
		all = with(all, sectionTable, ended)
	}
	if bodyOf(all, sectionMemory) != nil {
		return all, nil
	}
	imported, err := imports(all, externMemory)
	if err == nil && imported == 0 {
		all = with(all, sectionMemory, []byte{1, 0, 0})
	}
	return all, err
}

func boundedTables(body []byte) ([]byte, error) {
	r := reader{body}
	n, err := r.u32()
	if err != nil {
		return nil, err
	}
	if n > maxTables {
		return nil, fmt.Errorf("it has %d tables, and %d are the most", n, maxTables)
	}
	out := binary.AppendUvarint(nil, uint64(n))
	for range n {
		if out, err = r.appendBoundedTable(out); err != nil {
			return nil, err
		}
	}
	return append(out, r.rest...), nil
}

// appendBoundedTable reads a table's type, and appends it with an end that it may grow to.
func (r *reader) appendBoundedTable(dst []byte) ([]byte, error) {
	kind, err := r.byte()
	if err != nil {
		return nil, err
	}
	flags, err := r.byte()
	if err != nil {
		return nil, err
	}
	least, err := r.u32()
	if err != nil {
		return nil, err
	}
	if least > maxEntries {
		return nil, fmt.Errorf("it has a table of %d entries, and %d are the most", least, maxEntries)
	}
	most := uint32(maxEntries)
	switch flags {
	case 0:
	case 1:
		end, err := r.u32()
		if err != nil {
			return nil, err
		}
		most = min(most, end)
	default:
		return nil, errModule
	}
	dst = binary.AppendUvarint(append(dst, kind, 1), uint64(least))
	return binary.AppendUvarint(dst, uint64(most)), nil
}
