package cache

// Hot path where answers are found by what requests mean.

import "math"

// Unit makes a vector one of length 1, in place. It reports whether it has a direction: that
// it is not empty, not all zero, and of numbers alone.
func Unit(v []float32) bool {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if sum == 0 || math.IsNaN(sum) || math.IsInf(sum, 0) {
		return false
	}
	by := float32(1 / math.Sqrt(sum))
	for i := range v {
		v[i] *= by
	}
	return true
}

// dot is the sum of the products. Four sums side by side keep the processor's multipliers at
// work, which wait for each other in one.
func dot(x, y []float32) float32 {
	var a, b, c, d float32
	for len(x) >= 8 && len(y) >= 8 {
		p, q := (*[8]float32)(x), (*[8]float32)(y)
		a += p[0]*q[0] + p[4]*q[4]
		b += p[1]*q[1] + p[5]*q[5]
		c += p[2]*q[2] + p[6]*q[6]
		d += p[3]*q[3] + p[7]*q[7]
		x, y = x[8:], y[8:]
	}
	for i := range x {
		a += x[i] * y[i]
	}
	return (a + b) + (c + d)
}

// stride is how much of two vectors is multiplied between two looks whether they can still be
// alike enough.
const stride = 128

// tails are the lengths of what is left of a vector behind each stride.
func tails(v []float32) []float32 {
	n := (len(v) + stride - 1) / stride
	all, sum := make([]float32, n), float32(0)
	for i := n - 1; i >= 0; i-- {
		all[i] = float32(math.Sqrt(float64(sum)))
		part := v[i*stride : min((i+1)*stride, len(v))]
		sum += dot(part, part)
	}
	return all
}

// slack is more than what rounding can make of the figures of two vectors of length 1.
const slack = 1e-4

// dotAtLeast is dot of two vectors of one dimension, of which the tails are given. It gives up,
// and reports false, as soon as that cannot come to least any more: what is left cannot add
// more than the product of the tails' lengths, as Cauchy and Schwarz have it.
func dotAtLeast(x, y, xTails, yTails []float32, least float32) (float32, bool) {
	sum := float32(0)
	for i := range xTails {
		from, to := i*stride, min((i+1)*stride, len(x))
		sum += dot(x[from:to], y[from:to])
		if sum+xTails[i]*yTails[i] < least-slack {
			return 0, false
		}
	}
	return sum, sum >= least
}
