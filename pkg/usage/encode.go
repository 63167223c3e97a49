package usage

import (
	"encoding/binary"
	"maps"
	"slices"
)

// A batch is a version byte and a list of fields. A field is its number and kind
// in one unsigned varint (number<<3 | kind), then a value: a signed varint, or a
// length and so many bytes. An entry is such a list within a field of the batch.
// This is the form of protocol buffers, whose kinds 0 and 2 these are.
//
// A reader skips fields that it does not know, so a field can be added without a
// new version. The version changes only when old readers would misunderstand.
const version = 1

const (
	kindCount = 0
	kindBytes = 2
)

const (
	batchNode  = 1
	batchEntry = 2
)

// beginBatch begins a batch of the entries of one node.
func beginBatch(dst []byte, node string) []byte {
	return appendText(append(dst, version), batchNode, node)
}

// appendEntry adds an entry to a batch.
func appendEntry(dst []byte, e *Entry) []byte {
	dst = appendKey(dst, batchEntry, kindBytes)
	// The length goes before what it is the length of; most take two bytes.
	const room = 2
	at := len(dst)
	dst = append(dst, make([]byte, room)...)
	dst = appendFields(dst, e)
	n := len(dst) - at - room
	var length [binary.MaxVarintLen64]byte
	if used := binary.PutUvarint(length[:], uint64(n)); used != room {
		return slices.Replace(dst, at, at+room, length[:used]...)
	}
	binary.PutUvarint(dst[at:], uint64(n))
	return dst
}

func appendFields(dst []byte, e *Entry) []byte {
	for i := range textFields {
		if s := *textFields[i].of(e); s != "" {
			dst = appendText(dst, textFields[i].number, s)
		}
	}
	for i := range countFields {
		dst = appendCount(dst, countFields[i].number, *countFields[i].of(e))
	}
	dst = appendCount(dst, fieldTime, e.Time.UnixMicro())
	dst = appendCount(dst, fieldStatus, int64(e.Status))
	dst = appendCount(dst, fieldAttempts, int64(e.Attempts))
	dst = appendCount(dst, fieldTook, e.Took.Microseconds())
	dst = appendCount(dst, fieldFirstToken, e.FirstToken.Microseconds())
	dst = appendCount(dst, fieldFlags, flagsOf(e))
	dst = appendCount(dst, fieldFallback, int64(e.Fallback))
	dst = appendCount(dst, fieldQueue, e.Queue.Microseconds())
	dst = appendCount(dst, fieldOwn, e.Own.Microseconds())
	for i := range e.Tries {
		dst = appendText(dst, fieldTry, string(appendTry(nil, &e.Tries[i])))
	}
	if e.Choice != nil {
		dst = appendText(dst, fieldChoice, ChoiceText(e.Choice))
	}
	if len(e.Metadata) == 0 {
		return dst
	}
	for _, name := range slices.Sorted(maps.Keys(e.Metadata)) {
		pair := appendText(appendText(nil, 1, name), 2, e.Metadata[name])
		dst = binary.AppendUvarint(appendKey(dst, fieldMetadata, kindBytes), uint64(len(pair)))
		dst = append(dst, pair...)
	}
	return dst
}

func appendTry(dst []byte, t *Try) []byte {
	for number, of := range tryTexts {
		if of == nil {
			continue
		}
		if s := *of(t); s != "" {
			dst = appendText(dst, uint64(number), s)
		}
	}
	dst = appendCount(dst, tryStatus, int64(t.Status))
	dst = appendCount(dst, tryStarted, t.Started.Microseconds())
	return appendCount(dst, tryTook, t.Took.Microseconds())
}

// appendCount leaves a zero out.
func appendCount(dst []byte, number uint64, n int64) []byte {
	if n == 0 {
		return dst
	}
	return binary.AppendVarint(appendKey(dst, number, kindCount), n)
}

func appendText(dst []byte, number uint64, s string) []byte {
	dst = binary.AppendUvarint(appendKey(dst, number, kindBytes), uint64(len(s)))
	return append(dst, s...)
}

func appendKey(dst []byte, number, kind uint64) []byte {
	return binary.AppendUvarint(dst, number<<3|kind)
}
