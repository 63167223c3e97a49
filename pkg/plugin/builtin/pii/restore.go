package pii

import "strings"

// Escape says how a value is written where it is put back; nil is as it is.
type Escape func(dst []byte, value string) []byte

// Restore returns text with the values in the places of their placeholders.
func (v *Vault) Restore(text string, escape Escape) string {
	if v.Empty() || strings.IndexByte(text, '[') < 0 {
		return text
	}
	r := Restorer{Escape: escape}
	return string(r.End(r.Append(nil, v, text)))
}

// Restorer puts values back into a text that comes in pieces. It holds back the end of a
// piece that may be the beginning of a placeholder, and nothing else.
type Restorer struct {
	Escape Escape
	held   []byte
}

// Append appends what can be shown when piece has come.
func (r *Restorer) Append(dst []byte, v *Vault, piece string) []byte {
	if len(r.held) > 0 {
		piece = string(r.held) + piece
		r.held = r.held[:0]
	}
	for {
		i := strings.IndexByte(piece, '[')
		if i < 0 {
			return append(dst, piece...)
		}
		dst, piece = append(dst, piece[:i]...), piece[i:]
		n := placeholderAt(piece)
		if n < 0 {
			r.held = append(r.held, piece...)
			return dst
		}
		value, ok := "", false
		if n > 0 {
			value, ok = v.value(piece[:n])
		}
		switch {
		case !ok:
			n = max(n, 1)
			dst = append(dst, piece[:n]...)
		case r.Escape != nil:
			dst = r.Escape(dst, value)
		default:
			dst = append(dst, value...)
		}
		piece = piece[n:]
	}
}

// End appends what was held back, as no more text comes.
func (r *Restorer) End(dst []byte) []byte {
	dst = append(dst, r.held...)
	r.held = r.held[:0]
	return dst
}
