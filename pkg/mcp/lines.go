package mcp

import (
	"bytes"
	"log/slog"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/secret"
)

const (
	lineMax  = 1 << 10 // of a line that a program writes
	linesMax = 60      // in a minute
)

// lines writes what a program says on its standard error to the log: so much of each line,
// and so many lines a minute. It is an io.Writer that never fails.
type lines struct {
	log *slog.Logger

	mu     sync.Mutex
	part   []byte
	minute time.Time
	count  int
}

// Write implements io.Writer.
func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := len(b)
	for len(b) > 0 {
		line, rest, ended := bytes.Cut(b, []byte{'\n'})
		l.part = append(l.part, line[:min(len(line), lineMax-len(l.part))]...)
		if ended {
			l.tell()
		}
		b = rest
	}
	return n, nil
}

func (l *lines) tell() {
	line := bytes.TrimSpace(l.part)
	l.part = l.part[:0]
	if now := time.Now(); now.Sub(l.minute) > time.Minute {
		l.minute, l.count = now, 0
	}
	switch l.count++; {
	case len(line) == 0 || l.count > linesMax:
	case l.count == linesMax:
		l.log.Info("an MCP server's program says more than is logged")
	default:
		l.log.Info("an MCP server's program says", "line", secret.Redact(visible(string(line))))
	}
}
