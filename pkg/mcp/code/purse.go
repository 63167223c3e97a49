package code

import (
	"errors"
	"fmt"

	"go.starlark.net/starlark"
)

// purse is what a script may still spend: about the bytes that its operations have
// allocated or looked at, all together. What is freed is not given back.
type purse struct{ left int64 }

const (
	// purseBytes is what a script has in its purse. What it has in memory is less.
	purseBytes = 128 << 20
	// cell is what an element of a list costs.
	cell = 16
	// maxDepth is how deep values may be nested where they are gone through.
	maxDepth = 100
	// maxBits is the size of the largest integer.
	maxBits = 4096
)

var errSpent = errors.New("the script needs too much memory or too much work")

func (p *purse) pay(n int64) error {
	if n < 0 || n > p.left {
		p.left = 0
		return errSpent
	}
	p.left -= n
	return nil
}

// times is n × size, or more than any purse has.
func times(n, size int64) int64 {
	if n > 0 && size > purseBytes/n {
		return purseBytes + 1
	}
	return n * size
}

// shallow is the size of a value without what its elements refer to.
func shallow(v starlark.Value) int64 {
	switch v := v.(type) {
	case starlark.String:
		return int64(len(v))
	case starlark.Bytes:
		return int64(len(v))
	case starlark.Int:
		return int64(v.BigInt().BitLen() / 8)
	case *starlark.Dict:
		return times(int64(v.Len()), 4*cell)
	case starlark.Sequence:
		return times(int64(v.Len()), cell)
	}
	return cell
}

// payDeep pays for going through all of a value, and so for comparing, hashing or writing
// it. It fails for one that is nested too deep.
func (p *purse) payDeep(values ...starlark.Value) error {
	for _, v := range values {
		if err := p.payNested(v, 0); err != nil {
			return err
		}
	}
	return nil
}

func (p *purse) payNested(v starlark.Value, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("a value is nested more than %d deep", maxDepth)
	}
	if err := p.pay(cell + shallow(v)); err != nil {
		return err
	}
	switch v := v.(type) {
	case starlark.Tuple:
		for _, e := range v {
			if err := p.payNested(e, depth+1); err != nil {
				return err
			}
		}
	case *starlark.List:
		for i := range v.Len() {
			if err := p.payNested(v.Index(i), depth+1); err != nil {
				return err
			}
		}
	case *starlark.Dict:
		for _, item := range v.Items() {
			if err := p.payNested(item, depth+1); err != nil {
				return err
			}
		}
	case *starlark.Set:
		for e := range v.Elements() {
			if err := p.payNested(e, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}
