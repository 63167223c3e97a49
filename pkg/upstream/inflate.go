package upstream

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"time"
)

const (
	// A body may inflate to maxRatio times its size on the wire; the first
	// freeInflated bytes are not measured, since a little JSON compresses well.
	maxRatio     = 100
	freeInflated = 1 << 20
)

// inflater undoes a content encoding. We ask providers for none, so this is off
// the hot path. The decoders of the standard library cannot go on after an error
// of their source, so the decoder runs as a coroutine: when a read passes its
// deadline, the source hands the error out past the decoder and tries again when
// it is resumed.
type inflater struct {
	conn   *Conn
	resume func() ([]byte, error, bool)
	stop   func()
	yield  func([]byte, error) bool

	until    time.Time
	raw      []byte // borrowed from conn, not decoded yet
	in, out  int64
	failed   error // what ended the source
	finished error // what ended the decoding; io.EOF is the clean end
}

var errStopped = errors.New("upstream: decoding stopped")

func (c *Conn) beginInflating(encoding []byte) error {
	var open func(*bufio.Reader) (io.Reader, error)
	switch {
	case equalFold(encoding, "gzip"), equalFold(encoding, "x-gzip"):
		open = func(r *bufio.Reader) (io.Reader, error) { return gzip.NewReader(r) }
	case equalFold(encoding, "deflate"):
		open = openDeflate
	default:
		c.broken = true
		return fmt.Errorf("%w: %q", ErrEncoding, encoding)
	}
	f := &inflater{conn: c}
	f.resume, f.stop = iter.Pull2(func(yield func([]byte, error) bool) {
		f.yield = yield
		f.finished = f.decode(open)
	})
	c.body.inflate = f
	return nil
}

// openDeflate reads the zlib format, as the encoding is defined (RFC 9110
// §8.4.1.2), and the bare deflate format that some send under its name.
func openDeflate(r *bufio.Reader) (io.Reader, error) {
	head, err := r.Peek(2)
	if err != nil {
		return nil, err
	}
	if head[0]&0x0f == 8 && (uint(head[0])<<8|uint(head[1]))%31 == 0 {
		return zlib.NewReader(r)
	}
	return flate.NewReader(r), nil
}

// read is Next for an encoded body.
func (f *inflater) read(until time.Time) ([]byte, error) {
	if f.finished != nil {
		return nil, f.finished
	}
	f.until = until
	if p, err, ok := f.resume(); ok {
		return p, err
	}
	return nil, f.finished
}

// decode runs as the coroutine and yields the body in pieces. It returns io.EOF
// at the clean end.
func (f *inflater) decode(open func(*bufio.Reader) (io.Reader, error)) error {
	source := bufio.NewReaderSize(f, 512)
	decoder, err := open(source)
	if err != nil {
		return f.fault(err)
	}
	buf := make([]byte, mostBuffer)
	for {
		n, err := decoder.Read(buf)
		if f.out += int64(n); f.out > freeInflated && f.out > f.in*maxRatio {
			return ErrBodyTooLarge
		}
		if n > 0 && !f.yield(buf[:n], nil) {
			return errStopped
		}
		if err == io.EOF {
			return f.rest(source)
		}
		if err != nil {
			return f.fault(err)
		}
	}
}

// rest sees that nothing follows the encoded data.
func (f *inflater) rest(source *bufio.Reader) error {
	if _, err := source.ReadByte(); err != nil {
		return err
	}
	return fmt.Errorf("%w: bytes after its end", ErrEncoding)
}

// fault says why decoding ended too soon: the connection's error, or damaged data.
func (f *inflater) fault(err error) error {
	switch {
	case f.failed == io.EOF && f.in == 0:
		return io.EOF // no body at all, whatever its encoding
	case f.failed == io.EOF:
		return io.ErrUnexpectedEOF
	case f.failed != nil:
		return f.failed
	}
	return fmt.Errorf("%w: %w", ErrEncoding, err)
}

// Read implements io.Reader for the decoder.
func (f *inflater) Read(p []byte) (int, error) {
	for len(f.raw) == 0 && f.failed == nil {
		raw, err := f.conn.nextRaw(f.until)
		switch {
		case err == nil:
			f.raw = raw
			f.in += int64(len(raw))
		case err != os.ErrDeadlineExceeded:
			f.failed = err
		case !f.yield(nil, err):
			f.failed = errStopped
		}
	}
	if len(f.raw) == 0 {
		return 0, f.failed
	}
	n := copy(p, f.raw)
	f.raw = f.raw[n:]
	return n, nil
}
