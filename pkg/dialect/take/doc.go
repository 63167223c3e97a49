// Package take reads members of JSON requests into the vocabulary: [String] and
// its like take one member, and say which it is when it has another type. It is not for
// writing JSON: that is put, its other half.
package take
