package sink

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// spoolAge is how old a batch becomes that its target does not take.
const spoolAge = 7 * 24 * time.Hour

// spool is a folder in which batches wait while their target is away, each a file of lines. It is
// bounded: the oldest go first. Two lanes may have the same for a while, the one of a plugin and of
// what it was before: what one of them has sent and the other one sends too is told twice.
type spool struct {
	dir  string
	most int64 // bytes
}

// newSpool returns a plugin's spool; nil for none.
func newSpool(dir string, b Batch) *spool {
	if dir == "" || b.SpoolMB == 0 {
		return nil
	}
	return &spool{dir, int64(b.SpoolMB) << 20}
}

// spooled is a batch that waits.
type spooled struct {
	path  string
	since time.Time
	lines int
	size  int64
}

// suffix ends the names of whole files: TIME-LINES-RANDOM.ndjson.
const suffix = ".ndjson"

// put keeps a batch, and returns how many lines it has lost for that.
func (s *spool) put(lines [][]byte) (lost int, err error) {
	body := Join(lines)
	waiting := s.waiting()
	size := int64(len(body))
	for _, w := range waiting {
		size += w.size
	}
	if int64(len(body)) > s.most {
		return 0, fmt.Errorf("a batch of %d bytes has no room on disk", len(body))
	}
	for ; size > s.most; waiting = waiting[1:] {
		s.remove(waiting[0])
		lost += waiting[0].lines
		size -= waiting[0].size
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return lost, err
	}
	path := filepath.Join(s.dir, fmt.Sprintf("%019d-%d-%s", time.Now().UnixNano(), len(lines), rand.Text()))
	if err := os.WriteFile(path, body, 0o600); err != nil {
		_ = os.Remove(path) // what there is of it is of no use
		return lost, err
	}
	return lost, os.Rename(path, path+suffix) // so that half a file is never sent
}

// waiting lists what waits, the oldest first.
func (s *spool) waiting() (all []spooled) {
	files, err := os.ReadDir(s.dir)
	if err != nil {
		return nil // there is none, or it cannot be had, and put says why
	}
	for _, f := range files {
		info, err := f.Info()
		parts := strings.Split(f.Name(), "-")
		if err != nil || len(parts) != 3 || !strings.HasSuffix(f.Name(), suffix) {
			continue
		}
		nanos, bad := strconv.ParseInt(parts[0], 10, 64)
		lines, worse := strconv.Atoi(parts[1])
		if cmp.Or(bad, worse) == nil {
			all = append(all, spooled{filepath.Join(s.dir, f.Name()), time.Unix(0, nanos), lines, info.Size()})
		}
	}
	slices.SortFunc(all, func(a, b spooled) int { return strings.Compare(a.path, b.path) })
	return all
}

func (s *spool) read(w spooled) ([][]byte, error) {
	body, err := os.ReadFile(w.path)
	if err != nil {
		return nil, err
	}
	return bytes.Split(bytes.TrimSuffix(body, []byte{'\n'}), []byte{'\n'}), nil
}

func (*spool) remove(w spooled) { _ = os.Remove(w.path) } // another lane may have been quicker
