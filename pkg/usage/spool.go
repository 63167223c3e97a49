package usage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

// ErrSpoolFull says that the spool has no room for another batch.
var ErrSpoolFull = errors.New("the spool of usage records is full")

// Spool keeps batches on disk, in files that are only appended to, until someone
// takes them, the oldest first. Only Size is safe for concurrent use.
//
// What was appended outlives the process's death at once, and a loss of power
// from the next Sync on. A batch may be read again after a crash though it was
// done with: a file is removed when the last of its batches is. What is damaged
// in a file is told by its checksum and passed over.
type Spool struct {
	dir      string
	max      int64
	size     atomic.Int64 // of all files
	damaged  int64
	segments []segment // those to read, the oldest first
	tail     tail      // the one to append to
	last     uint64    // number of the newest file

	reading []byte // what is left of the first segment
	opened  bool   // reading is of the first segment
	next    frame
	ready   bool // next is the oldest batch
}

// segment is a file that is complete.
type segment struct {
	path string
	size int64
}

const (
	// DefaultSpoolBytes is how much a spool holds unless told otherwise.
	DefaultSpoolBytes = 256 << 20
	segmentBytes      = 4 << 20
	segmentSuffix     = ".usage"
)

// OpenSpool opens the spool in a folder, which is made if it is not there, with
// what an earlier process left in it. It holds at most max bytes.
func OpenSpool(dir string, max int64) (*Spool, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the usage spool: %w", err)
	}
	s := &Spool{dir: dir, max: max}
	files, err := os.ReadDir(dir) // sorted by name, and so by number
	if err != nil {
		return nil, fmt.Errorf("read the usage spool: %w", err)
	}
	for _, file := range files {
		name, ours := strings.CutSuffix(file.Name(), segmentSuffix)
		number, err := strconv.ParseUint(name, 16, 64)
		if !ours || err != nil {
			continue
		}
		info, err := file.Info()
		if err != nil {
			return nil, fmt.Errorf("read the usage spool: %w", err)
		}
		s.last = number
		s.size.Add(info.Size())
		s.segments = append(s.segments, segment{filepath.Join(dir, file.Name()), info.Size()})
	}
	return s, nil
}

// Size returns how many bytes lie in the spool. Safe for concurrent use.
func (s *Spool) Size() int64 { return s.size.Load() }

// Damaged returns how many bytes could not be read so far.
func (s *Spool) Damaged() int64 { return s.damaged }

// Append keeps a batch, or fails with [ErrSpoolFull].
func (s *Spool) Append(id string, batch []byte) error {
	frame := appendFrame(nil, id, batch)
	n := int64(len(frame))
	if s.size.Load()+n > s.max {
		return ErrSpoolFull
	}
	if s.tail.size > 0 && s.tail.size+n > segmentBytes {
		if err := s.seal(); err != nil {
			return err
		}
	}
	if s.tail.file == nil {
		s.last++
		if err := s.tail.create(s.dir, s.last); err != nil {
			return fmt.Errorf("add to the usage spool: %w", err)
		}
	}
	if err := s.tail.append(frame); err != nil {
		return fmt.Errorf("add to the usage spool: %w", err)
	}
	s.size.Add(n)
	return nil
}

// Sync has what was appended outlive a loss of power.
func (s *Spool) Sync() error {
	if err := s.tail.sync(); err != nil {
		return fmt.Errorf("sync the usage spool: %w", err)
	}
	return nil
}

// Next returns the oldest batch; ok is false when there is none. It returns the
// same until Done.
func (s *Spool) Next() (id string, batch []byte, ok bool, err error) {
	for !s.ready {
		if !s.opened {
			if more, err := s.open(); err != nil || !more {
				return "", nil, false, err
			}
		}
		var damaged int
		s.next, s.reading, damaged, s.ready = cutFrame(s.reading)
		s.damaged += int64(damaged)
		if !s.ready {
			if err := s.remove(); err != nil {
				return "", nil, false, err
			}
		}
	}
	return s.next.id, s.next.batch, true, nil
}

// Done gives up the batch that Next returned.
func (s *Spool) Done() error {
	s.ready = false
	s.next = frame{}
	if len(s.reading) > 0 {
		return nil
	}
	return s.remove()
}

// Close keeps all that was appended.
func (s *Spool) Close() error { return s.seal() }

// open reads the oldest segment.
func (s *Spool) open() (more bool, err error) {
	if len(s.segments) == 0 {
		if s.tail.size == 0 {
			return false, nil
		}
		if err := s.seal(); err != nil {
			return false, err
		}
	}
	s.reading, err = os.ReadFile(s.segments[0].path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("read the usage spool: %w", err)
	}
	s.opened = true
	return true, nil
}

// remove removes the oldest segment.
func (s *Spool) remove() error {
	if err := os.Remove(s.segments[0].path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove from the usage spool: %w", err)
	}
	s.size.Add(-s.segments[0].size)
	s.segments = slices.Delete(s.segments, 0, 1)
	s.reading, s.opened = nil, false
	return nil
}

// seal ends the segment that is appended to, so that it can be read.
func (s *Spool) seal() error {
	if s.tail.file == nil {
		return nil
	}
	sealed := segment{s.tail.path, s.tail.size}
	err := s.tail.close()
	s.segments = append(s.segments, sealed)
	if err != nil {
		return fmt.Errorf("end a file of the usage spool: %w", err)
	}
	return nil
}
