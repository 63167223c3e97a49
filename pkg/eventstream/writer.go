package eventstream

// Hot path.

import (
	"encoding/binary"
	"hash/crc32"
)

const stringType = 7

// AppendMessage appends the frame of a message. The payload of an event or exception
// is JSON. Names are as long as a header lets them be at most.
func AppendMessage(dst []byte, m *Message) []byte {
	start := len(dst)
	dst = append(dst, make([]byte, preludeBytes)...)
	switch m.Kind {
	case Event:
		dst = appendHeader(dst, headerEvent, m.Name)
		dst = appendHeader(dst, headerContentType, jsonType)
	case Exception:
		dst = appendHeader(dst, headerException, m.Name)
		dst = appendHeader(dst, headerContentType, jsonType)
	case Error:
		dst = appendHeader(dst, headerErrorCode, m.Name)
		dst = appendHeader(dst, headerErrorText, m.Text)
	}
	dst = appendHeader(dst, headerKind, kindNames[m.Kind])
	headers := len(dst) - start - preludeBytes
	dst = append(dst, m.Payload...)

	frame := dst[start:]
	binary.BigEndian.PutUint32(frame, uint32(len(frame)+checksumBytes))
	binary.BigEndian.PutUint32(frame[4:], uint32(headers))
	binary.BigEndian.PutUint32(frame[8:], crc32.ChecksumIEEE(frame[:8]))
	return binary.BigEndian.AppendUint32(dst, crc32.ChecksumIEEE(frame))
}

var jsonType = []byte("application/json")

func appendHeader(dst []byte, name string, value []byte) []byte {
	value = value[:min(len(value), 1<<15-1)]
	dst = append(append(dst, byte(len(name))), name...)
	dst = append(dst, stringType)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(value)))
	return append(dst, value...)
}
