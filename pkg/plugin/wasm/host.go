package wasm

import (
	"bytes"
	"context"
	"log/slog"
	"strings"

	"github.com/tetratelabs/wazero/api"

	"github.com/asbru-gateway/asbru/pkg/secret"
)

// exportHost makes what modules may import from asbru.
func (m *module) exportHost(ctx context.Context) error {
	_, err := m.runtime.NewHostModuleBuilder("asbru").
		NewFunctionBuilder().WithFunc(m.settings).Export("settings").
		NewFunctionBuilder().WithFunc(m.logLine).Export("log").
		NewFunctionBuilder().WithFunc(m.httpFetch).Export("http_fetch").
		NewFunctionBuilder().WithFunc(m.httpAnswer).Export("http_answer").
		Instantiate(ctx)
	return err
}

// settings copies the plugin's settings to where the guest says, as many as have room
// there, and returns how many bytes there are.
func (m *module) settings(_ context.Context, mod api.Module, at, room uint32) uint32 {
	n := min(room, uint32(len(m.config))) //nolint:gosec // a configuration is far smaller
	if !mod.Memory().Write(at, m.config[:n]) {
		return 0
	}
	return uint32(len(m.config)) //nolint:gosec // as above
}

// logLine logs what a guest says: level is 0 for debug, 1 info, 2 warning, 3 error.
func (m *module) logLine(ctx context.Context, mod api.Module, level, at, size uint32) {
	text, ok := mod.Memory().Read(at, min(size, maxLine))
	if !ok {
		return
	}
	levels := [...]slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError}
	m.log.Log(ctx, levels[min(level, uint32(len(levels)-1))], "the plugin says", "text", clean(text))
}

// The most that a guest may say: bytes of a line, and lines of a call by its standard error.
const (
	maxLine  = 1 << 10
	maxLines = 16
)

// clean makes a guest's text fit to be logged.
func clean(b []byte) string {
	return secret.Redact(strings.ToValidUTF8(strings.TrimSpace(string(b)), "?"))
}

// lines logs what an instance writes to its standard error, and drops what is too much.
type lines struct {
	log  *slog.Logger
	said int
}

func (l *lines) begin() { l.said = 0 }

// Write implements io.Writer.
func (l *lines) Write(b []byte) (int, error) {
	for line := range bytes.Lines(b[:min(len(b), maxLine)]) {
		if l.said++; l.said > maxLines {
			break
		}
		if text := clean(line); text != "" {
			l.log.Warn("the plugin says", "text", text)
		}
	}
	return len(b), nil
}
