package bus

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
)

// serverLog writes the server's log. What it calls a notice is of interest only to
// who looks for a fault.
type serverLog struct {
	log     *slog.Logger
	refused *refusals
}

// refusals counts what the server did not let be.
type refusals struct {
	connections atomic.Int64 // of who did not prove to be a node
	subjects    atomic.Int64 // what a node's role may not publish or subscribe to
}

// Noticef implements server.Logger, as do the others.
func (l serverLog) Noticef(format string, v ...any) {
	l.log.Debug("nats: " + fmt.Sprintf(format, v...))
}

// Warnf logs a warning.
func (l serverLog) Warnf(format string, v ...any) { l.log.Warn("nats: " + fmt.Sprintf(format, v...)) }

// Errorf logs an error. That another server is not there yet is none: one of them has
// to be the first.
func (l serverLog) Errorf(format string, v ...any) {
	level := slog.LevelError
	if strings.Contains(format, "Publish Violation") || strings.Contains(format, "Subscription Violation") {
		l.refused.subjects.Add(1)
	}
	if strings.HasPrefix(format, "Error trying to connect to route") {
		level = slog.LevelWarn
	}
	l.log.Log(context.Background(), level, "nats: "+fmt.Sprintf(format, v...))
}

// Fatalf logs an error: only main ends the process.
func (l serverLog) Fatalf(format string, v ...any) { l.log.Error("nats: " + fmt.Sprintf(format, v...)) }

// Debugf logs nothing, and neither does Tracef: they are not turned on.
func (serverLog) Debugf(string, ...any) {}

// Tracef logs nothing.
func (serverLog) Tracef(string, ...any) {}
