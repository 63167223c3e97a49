package transcript

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// A batch is JSON, a line for each transcript, compressed by Zstandard. Who reads it passes
// over members that it does not know, so that neighbouring versions understand each other.

// maxUnpacked bounds what a batch unpacks to.
const maxUnpacked = 64 << 20

// packer makes batches. One goroutine uses it.
type packer struct{ zstd *zstd.Encoder }

func newPacker() *packer {
	// Without options that are wrong it does not fail.
	w, _ := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
	return &packer{w}
}

func appendLine(dst []byte, t *Transcript) ([]byte, error) {
	line, err := json.Marshal(t)
	if err != nil {
		return dst, fmt.Errorf("write what was said in call %s: %w", t.CallID, err)
	}
	return append(append(dst, line...), '\n'), nil
}

func (p *packer) pack(lines []byte) []byte { return p.zstd.EncodeAll(lines, nil) }

func (p *packer) close() { _ = p.zstd.Close() } // it holds nothing that could fail to be written

// Decode reads a batch. It may be damaged, or of a version that says more.
func Decode(batch []byte) ([]Transcript, error) {
	r, err := zstd.NewReader(bytes.NewReader(batch), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxUnpacked))
	if err != nil {
		return nil, fmt.Errorf("read a batch of what was said: %w", err)
	}
	defer r.Close()
	var all []Transcript
	for lines := json.NewDecoder(io.LimitReader(r, maxUnpacked)); ; {
		var t Transcript
		switch err := lines.Decode(&t); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, fmt.Errorf("read a batch of what was said: %w", err)
		}
		all = append(all, t)
	}
}
