package command

import (
	"fmt"
	"log/slog"
	"os"

	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/spf13/pflag"
)

// logFlags declares what newLog is made from.
func logFlags(flags *pflag.FlagSet, level, format *string) {
	flags.StringVar(level, "log-level", "info", "`LEVEL`: debug, info, warn or error")
	flags.StringVar(format, "log-format", "", "`FORMAT`: text or json (default: text on a terminal, else json)")
}

// newLog makes the process's log: text for a terminal, JSON for anything else.
// The lines of finished calls, which are of level info, go to the same place.
func newLog(level, format string) (log *slog.Logger, calls gateway.CallLog, err error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, calls, fmt.Errorf("--log-level: %w", err)
	}
	if format == "" {
		format = "json"
		if info, err := os.Stderr.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			format = "text"
		}
	}
	o := &slog.HandlerOptions{Level: l}
	switch format {
	case "json":
		log, calls.Line = slog.New(slog.NewJSONHandler(os.Stderr, o)), telemetry.AppendJSON
	case "text":
		log, calls.Line = slog.New(slog.NewTextHandler(os.Stderr, o)), telemetry.AppendText
	default:
		return nil, calls, fmt.Errorf("--log-format: %q is neither text nor json", format)
	}
	if l <= slog.LevelInfo {
		calls.Out = os.Stderr
	}
	return log, calls, nil
}
