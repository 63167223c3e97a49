package bus

import (
	"fmt"
	"log/slog"
)

// serverLog writes the server's log. What it calls a notice is of interest only to
// who looks for a fault.
type serverLog struct{ log *slog.Logger }

// Noticef implements server.Logger, as do the others.
func (l serverLog) Noticef(format string, v ...any) {
	l.log.Debug("nats: " + fmt.Sprintf(format, v...))
}

// Warnf logs a warning.
func (l serverLog) Warnf(format string, v ...any) { l.log.Warn("nats: " + fmt.Sprintf(format, v...)) }

// Errorf logs an error.
func (l serverLog) Errorf(format string, v ...any) { l.log.Error("nats: " + fmt.Sprintf(format, v...)) }

// Fatalf logs an error: only main ends the process.
func (l serverLog) Fatalf(format string, v ...any) { l.log.Error("nats: " + fmt.Sprintf(format, v...)) }

// Debugf logs nothing, and neither does Tracef: they are not turned on.
func (serverLog) Debugf(string, ...any) {}

// Tracef logs nothing.
func (serverLog) Tracef(string, ...any) {}
