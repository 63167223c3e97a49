// Hot path: nothing here allocates but errors.

package upstream

import (
	"bytes"
	"fmt"
	"io"
)

const (
	maxChunkBytes   = 1 << 31
	maxChunkLine    = 256 // size and extensions
	maxTrailerBytes = 4 << 10
)

// chunkStage is where in the chunked coding (RFC 9112 §7.1) the next byte stands.
type chunkStage uint8

const (
	atSize chunkStage = iota
	inData
	atDataEnd
	inTrailer
)

// takeChunks decodes what the buffer holds of a chunked body. The data of
// several chunks are moved together within the buffer, over the framing between
// them, and returned as one.
func (c *Conn) takeChunks() ([]byte, error) {
	start, end := c.r, c.r
	for {
		more, err := c.stepChunk(&start, &end)
		if err != nil {
			if c.body.framing != hasEnded {
				c.broken = true
				c.body.err = err
			}
			if end > start {
				err = nil // the data first
			}
			return c.buf[start:end], err
		}
		if !more {
			return c.buf[start:end], nil
		}
	}
}

// stepChunk decodes one part of the coding; data are added to buf[start:end].
// more is false when the buffer does not hold the next part whole.
func (c *Conn) stepChunk(start, end *int) (more bool, err error) {
	b := &c.body
	switch b.chunk {
	case atSize:
		line, ok, err := c.chunkLine(maxChunkLine)
		if !ok {
			return false, err
		}
		if b.left, err = chunkSize(line); err != nil {
			return false, err
		}
		b.chunk = inData
		if b.left == 0 {
			b.chunk = inTrailer
		}
	case inData:
		n := int(min(b.left, int64(c.w-c.r)))
		if n == 0 {
			return false, nil
		}
		if *end == *start {
			*start, *end = c.r, c.r+n
		} else {
			*end += copy(c.buf[*end:], c.buf[c.r:c.r+n])
		}
		c.r += n
		if b.left -= int64(n); b.left == 0 {
			b.chunk = atDataEnd
		}
	case atDataEnd:
		if c.w-c.r < 2 {
			return false, nil
		}
		if c.buf[c.r] != '\r' || c.buf[c.r+1] != '\n' {
			return false, fmt.Errorf("%w: data longer than its size", ErrChunk)
		}
		c.r += 2
		b.chunk = atSize
	case inTrailer:
		line, ok, err := c.chunkLine(maxTrailerBytes)
		if !ok {
			return false, err
		}
		if len(line) == 0 {
			b.framing = hasEnded
			return false, io.EOF
		}
		if b.trailer += len(line) + 2; b.trailer > maxTrailerBytes {
			return false, fmt.Errorf("%w: trailer too long", ErrChunk)
		}
	}
	return true, nil
}

// chunkLine consumes a line of at most limit bytes and returns it without its
// CR LF. ok is false when the buffer does not hold it whole.
func (c *Conn) chunkLine(limit int) (line []byte, ok bool, err error) {
	text := c.buf[c.r:c.w]
	i := bytes.IndexByte(text, '\n')
	if i < 0 && len(text) <= limit {
		return nil, false, nil
	}
	if i < 0 || i > limit {
		return nil, false, fmt.Errorf("%w: line too long", ErrChunk)
	}
	// Of CR and LF, only the one pair at the end: a lone one is read as a line's
	// end by some and not by others.
	if i == 0 || bytes.IndexByte(text[:i], '\r') != i-1 {
		return nil, false, fmt.Errorf("%w: a line does not end with CR LF", ErrChunk)
	}
	c.r += i + 1
	return text[:i-1], true, nil
}

// chunkSize reads hexadecimal digits, up to a semicolon and its extensions.
func chunkSize(line []byte) (n int64, err error) {
	i := 0
	for ; i < len(line); i++ {
		d := hexDigit[line[i]]
		if d == 0 {
			break
		}
		if n = n<<4 | int64(d-1); n > maxChunkBytes {
			return 0, fmt.Errorf("%w: size too large", ErrChunk)
		}
	}
	// Some servers pad the size with spaces, and only those are overlooked.
	if i == 0 || i < len(line) && line[i] != ';' && len(trimSpace(line[i:])) > 0 {
		return 0, fmt.Errorf("%w: size is not hexadecimal", ErrChunk)
	}
	return n, nil
}

// hexDigit maps a hexadecimal digit to its value plus one and all other bytes to 0.
var hexDigit = func() (t [256]byte) {
	for i := range byte(10) {
		t['0'+i] = i + 1
	}
	for i := range byte(6) {
		t['a'+i], t['A'+i] = i+11, i+11
	}
	return t
}()
