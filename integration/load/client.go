package load

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

const (
	readBufferBytes = 32 << 10
	answerLimit     = 64 << 20
	callLimit       = 30 * time.Second
)

// Client is an HTTP/1.1 client that does as little as possible: it writes bytes
// that were made beforehand and reads the answer to its end. One call at a time.
type Client struct {
	conn net.Conn
	r    *bufio.Reader
	body []byte // of the last answer
}

// Dial connects to a host and port.
func Dial(addr string) (*Client, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &Client{conn: c, r: bufio.NewReaderSize(c, readBufferBytes)}, nil
}

// Close ends the connection.
func (c *Client) Close() { _ = c.conn.Close() }

// Do sends a request and reads the answer. The body is valid until the next call.
func (c *Client) Do(request []byte) (status int, body []byte, err error) {
	if err := c.conn.SetDeadline(time.Now().Add(callLimit)); err != nil {
		return 0, nil, err
	}
	if _, err := c.conn.Write(request); err != nil {
		return 0, nil, err
	}
	status, c.body, err = readAnswer(c.r, c.body[:0])
	return status, c.body, err
}

// readAnswer reads one answer with a Content-Length or in chunks and appends its
// body to dst.
func readAnswer(r *bufio.Reader, dst []byte) (status int, body []byte, err error) {
	status, length, err := readHead(r)
	switch {
	case err != nil:
		return 0, dst, err
	case length == chunked:
		body, err = readChunks(r, dst)
	default:
		body, err = readN(r, dst, length)
	}
	return status, body, err
}

// chunked is the length of a body that comes in chunks.
const chunked = -1

// readHead reads the status line and the headers. An answer that says nothing of
// its body's length is an error: on a kept connection its end cannot be seen.
func readHead(r *bufio.Reader) (status, length int, err error) {
	line, err := readLine(r)
	if err != nil {
		return 0, 0, err
	}
	if len(line) < 12 || string(line[:7]) != "HTTP/1." {
		return 0, 0, fmt.Errorf("not an answer: %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, 0, fmt.Errorf("not an answer: %q", line)
	}
	length = -2
	for {
		line, err := readLine(r)
		switch {
		case err != nil:
			return 0, 0, err
		case len(line) == 0 && length == -2:
			return 0, 0, errors.New("answer without a length")
		case len(line) == 0:
			return status, length, nil
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimSpace(value)
		switch {
		case bytes.EqualFold(name, []byte("content-length")):
			if length, err = strconv.Atoi(string(value)); err != nil || length < 0 || length > answerLimit {
				return 0, 0, fmt.Errorf("bad length: %q", value)
			}
		case bytes.EqualFold(name, []byte("transfer-encoding")):
			length = chunked
		}
	}
}

func readChunks(r *bufio.Reader, dst []byte) ([]byte, error) {
	for {
		line, err := readLine(r)
		if err != nil {
			return dst, err
		}
		n, err := strconv.ParseUint(string(line), 16, 32)
		if err != nil || n > answerLimit {
			return dst, fmt.Errorf("bad chunk size: %q", line)
		}
		if dst, err = readN(r, dst, int(n)); err != nil {
			return dst, err
		}
		if line, err = readLine(r); err != nil || len(line) != 0 {
			return dst, fmt.Errorf("chunk without an end: %q, %w", line, err)
		}
		if n == 0 {
			return dst, nil
		}
	}
}

func readN(r *bufio.Reader, dst []byte, n int) ([]byte, error) {
	if len(dst)+n > answerLimit {
		return dst, errors.New("answer too long")
	}
	for n > 0 {
		p, err := r.Peek(min(n, max(r.Buffered(), 1)))
		if err != nil {
			return dst, err
		}
		dst = append(dst, p...)
		n -= len(p)
		_, _ = r.Discard(len(p)) // cannot fail: the bytes are in the buffer
	}
	return dst, nil
}

// readLine reads a line without its end. It is valid until the next read.
func readLine(r *bufio.Reader) ([]byte, error) {
	line, err := r.ReadSlice('\n')
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return bytes.TrimRight(line, "\r\n"), nil
}

// Get is a request for a path.
func Get(path string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\nHost: bench\r\n\r\n")
}

// Post is a request with a JSON body. Each header is a whole line.
func Post(path, body string, headers ...string) []byte {
	b := []byte("POST " + path + " HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: " +
		strconv.Itoa(len(body)) + "\r\n")
	for _, h := range headers {
		b = append(append(b, h...), "\r\n"...)
	}
	return append(append(b, "\r\n"...), body...)
}
