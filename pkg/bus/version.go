package bus

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// minVersion is the oldest server that keeps what is asked of it: an older one takes a
// stream with a message's own time to live, and ignores that.
var minVersion = [2]int{2, 12}

// ErrVersion is the error of a server that is too old.
var ErrVersion = errors.New("nats: server too old")

const dialTimeout = 2 * time.Second

// gate dials servers and turns back from those that are too old. A server says its
// version first; this is heard before anything is said to it, at the first connection
// and at each later one.
type gate struct{}

// Dial implements nats.CustomDialer.
func (gate) Dial(network, address string) (net.Conn, error) {
	conn, err := net.DialTimeout(network, address, dialTimeout)
	if err != nil {
		return nil, err
	}
	greeted, err := greet(conn)
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("%s: %w", address, err)
	}
	return greeted, nil
}

// maxGreeting is far above what a server has to say of itself.
const maxGreeting = 64 << 10

func greet(conn net.Conn) (net.Conn, error) {
	conn.SetReadDeadline(time.Now().Add(dialTimeout))
	r := bufio.NewReaderSize(conn, maxGreeting)
	line, err := r.ReadSlice('\n')
	if err != nil {
		return nil, fmt.Errorf("nats: no server answered: %w", err)
	}
	conn.SetReadDeadline(time.Time{})
	info, isInfo := bytes.CutPrefix(line, []byte("INFO "))
	var said struct {
		Version string `json:"version"`
	}
	if !isInfo || json.Unmarshal(info, &said) != nil {
		return nil, errors.New("nats: what answered is no NATS server")
	}
	if err := checkVersion(said.Version); err != nil {
		return nil, err
	}
	rest, _ := r.Peek(r.Buffered()) // never short: it is buffered
	return &greetedConn{Conn: conn, head: append(bytes.Clone(line), rest...)}, nil
}

func checkVersion(version string) error {
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	if len(parts) >= 2 {
		major, errMajor := strconv.Atoi(parts[0])
		minor, errMinor := strconv.Atoi(parts[1])
		if errMajor == nil && errMinor == nil && (major > minVersion[0] || major == minVersion[0] && minor >= minVersion[1]) {
			return nil
		}
	}
	return fmt.Errorf("%w: found %.32q, need %d.%d or later", ErrVersion, version, minVersion[0], minVersion[1])
}

// greetedConn gives what was read of a connection to its next reader.
type greetedConn struct {
	net.Conn
	head []byte
}

// Read implements net.Conn.
func (c *greetedConn) Read(p []byte) (int, error) {
	if len(c.head) > 0 {
		n := copy(p, c.head)
		c.head = c.head[n:]
		return n, nil
	}
	return c.Conn.Read(p)
}
