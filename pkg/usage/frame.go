package usage

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

// A frame is what one batch is in a segment of the spool:
//
//	mark     4 bytes, to find the next frame behind a damaged one
//	length   4 bytes, of what follows the checksum
//	checksum 4 bytes, CRC-32C of the length and what follows the checksum
//	id       its length as a varint, then the id
//	batch    the rest
const frameHead = 12

var (
	frameMark  = []byte("\xa5bU\n")
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
)

func appendFrame(dst []byte, id string, batch []byte) []byte {
	at := len(dst)
	dst = append(dst, frameMark...)
	dst = append(dst, make([]byte, frameHead-len(frameMark))...)
	dst = binary.AppendUvarint(dst, uint64(len(id)))
	dst = append(append(dst, id...), batch...)
	frame := dst[at:]
	binary.LittleEndian.PutUint32(frame[4:], uint32(len(frame)-frameHead))
	binary.LittleEndian.PutUint32(frame[8:], frameSum(frame))
	return dst
}

func frameSum(frame []byte) uint32 {
	return crc32.Update(crc32.Checksum(frame[4:8], castagnoli), castagnoli, frame[frameHead:])
}

// frame is a batch as it lay in a segment.
type frame struct {
	id    string
	batch []byte
}

// cutFrame takes the first whole frame off b. It passes over what is damaged and
// says how many bytes that was; ok is false when no frame is left.
func cutFrame(b []byte) (f frame, rest []byte, damaged int, ok bool) {
	for start := 0; ; start++ {
		next := bytes.Index(b[start:], frameMark)
		if next < 0 {
			return frame{}, nil, len(b), false
		}
		start += next
		if f, n := readFrame(b[start:]); n > 0 {
			return f, b[start+n:], start, true
		}
	}
}

// readFrame reads the frame at the beginning of b and returns its size, 0 if it is none.
func readFrame(b []byte) (frame, int) {
	if len(b) < frameHead {
		return frame{}, 0
	}
	size := frameHead + int64(binary.LittleEndian.Uint32(b[4:]))
	if size > int64(len(b)) {
		return frame{}, 0
	}
	b = b[:size]
	if binary.LittleEndian.Uint32(b[8:]) != frameSum(b) {
		return frame{}, 0
	}
	length, n := binary.Uvarint(b[frameHead:])
	if n <= 0 || length > uint64(len(b)-frameHead-n) {
		return frame{}, 0
	}
	id := b[frameHead+n:][:length]
	return frame{id: string(id), batch: b[frameHead+n+int(length):]}, int(size)
}
