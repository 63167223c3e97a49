package jsonx

import (
	"math"
	"math/bits"
)

// Int returns the value of a number that is an integer, however it is written:
// 5, 5.0 and 50e-1 are the same. It is false if v is no number, has a fraction
// or does not fit an int64.
func (v Value) Int() (int64, bool) {
	b := v.scalar()
	negative := len(b) > 0 && b[0] == '-'
	if negative {
		b = b[1:]
	}
	u, ok := exactInt(b)
	switch {
	case !ok:
		return 0, false
	case negative && u <= -math.MinInt64:
		return -int64(u), true
	case u > math.MaxInt64:
		return 0, false
	}
	return int64(u), true
}

// exactInt reads a number without a sign. Its digits are kept as digits ×
// 10^zeros until the next one that is not 0, so that a long run of zeros, which
// an exponent may take away again, does not overflow.
func exactInt(b []byte) (uint64, bool) {
	if len(b) == 0 || !isDigit(b[0]) {
		return 0, false
	}
	var digits uint64
	zeros, decimals, i := 0, 0, 0
	point := false
	for ; i < len(b); i++ {
		c := b[i]
		if c == '.' && !point {
			point = true
			continue
		}
		if !isDigit(c) {
			break
		}
		if point {
			decimals++
		}
		if c == '0' {
			zeros++
			continue
		}
		var ok bool
		if digits, ok = shift(digits, zeros+1, uint64(c-'0')); !ok {
			return 0, false
		}
		zeros = 0
	}
	exponent, ok := exactExponent(b[i:])
	power := zeros - decimals + exponent
	switch {
	case !ok:
		return 0, false
	case digits == 0:
		return 0, true
	case power < 0:
		return 0, false
	}
	return shift(digits, power, 0)
}

// shift returns n × 10^power + add; false if that is more than a uint64 holds.
func shift(n uint64, power int, add uint64) (uint64, bool) {
	for ; power > 0 && n > 0; power-- {
		high, low := bits.Mul64(n, 10)
		if high != 0 {
			return 0, false
		}
		n = low
	}
	sum, carry := bits.Add64(n, add, 0)
	return sum, carry == 0
}

// exactExponent reads the exponent of a number, e-3, up to a size that no
// number of digits in memory makes up for. No exponent is 0.
func exactExponent(b []byte) (int, bool) {
	if len(b) == 0 {
		return 0, true
	}
	if b[0]|0x20 != 'e' {
		return 0, false
	}
	b = b[1:]
	negative := false
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		negative = b[0] == '-'
		b = b[1:]
	}
	n := 0
	for _, c := range b {
		if !isDigit(c) {
			return 0, false
		}
		n = min(n*10+int(c-'0'), 1<<40)
	}
	if negative {
		n = -n
	}
	return n, len(b) > 0
}
