package cache

// Hot path.

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"unsafe"
)

// Key names an answer.
type Key [sha256.Size]byte

// String returns the key in hexadecimal.
func (k Key) String() string { return hex.EncodeToString(k[:]) }

// version is part of every key: what is kept in another form is not found.
const version = "1"

// Hasher makes a key of parts. The zero value is ready; it may be used again after Sum, by
// one goroutine at a time.
type Hasher struct {
	h    hash.Hash
	part [binary.MaxVarintLen64]byte
}

// Begin begins a key.
func (h *Hasher) Begin() {
	if h.h == nil {
		h.h = sha256.New()
	}
	h.h.Reset()
	h.Add([]byte(version))
}

// Add adds a part. Parts are told apart by their lengths.
func (h *Hasher) Add(part []byte) {
	n := binary.PutUvarint(h.part[:], uint64(len(part)))
	h.h.Write(h.part[:n])
	h.h.Write(part)
}

// AddText adds a part.
func (h *Hasher) AddText(part string) { h.Add(unsafe.Slice(unsafe.StringData(part), len(part))) }

// Sum returns the key of the parts.
func (h *Hasher) Sum() (k Key) {
	h.h.Sum(k[:0])
	return k
}
