package mcp_test

import (
	"bytes"
	"slices"
	"sync"
)

// lockedBuffer is what a log is written to while a test reads it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func sorted(all []string) []string {
	slices.Sort(all)
	return all
}
