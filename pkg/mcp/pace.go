package mcp

import (
	"errors"
	"io"
	"time"
)

// messagesASecond is how many messages a server may send in a second. A tool that tells of
// its progress a thousand times a second is below it.
const messagesASecond = 2000

// errPace: a server sends more than anybody can want to know. Each message costs the
// gateway's own time, even one that is not looked at.
var errPace = errors.New("the server sends too many messages a second")

// paced is a stream of a server's messages that fails where there are too many.
type paced struct {
	io.ReadCloser
	events bool // an empty line ends a message, else each line is one

	second  time.Time
	count   int
	written bool // the line has something
	failed  bool
}

// Read implements io.Reader.
func (p *paced) Read(b []byte) (int, error) {
	if p.failed {
		return 0, errPace
	}
	n, err := p.ReadCloser.Read(b)
	if ends := p.ends(b[:n]); ends > 0 {
		if now := time.Now(); now.Sub(p.second) > time.Second {
			p.second, p.count = now, 0
		}
		p.count += ends
		p.failed = p.count > messagesASecond
	}
	return n, err
}

// ends counts the messages that end within b.
func (p *paced) ends(b []byte) int {
	ends := 0
	for _, c := range b {
		switch {
		case c == '\r':
		case c != '\n':
			p.written = true
		default:
			if p.written != p.events {
				ends++
			}
			p.written = false
		}
	}
	return ends
}
