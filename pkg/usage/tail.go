package usage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// tail is the file of a spool that is appended to. The zero value is none.
type tail struct {
	file  *os.File
	path  string
	size  int64
	dirty bool // since the last sync
}

func (t *tail) create(dir string, number uint64) error {
	path := filepath.Join(dir, fmt.Sprintf("%016x%s", number, segmentSuffix))
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	*t = tail{file: file, path: path}
	return syncFolder(dir)
}

// append writes a frame whole or not at all, as far as the disk lets it: half a
// frame is cut off again, and passed over by readers where even that fails.
func (t *tail) append(frame []byte) error {
	n, err := t.file.WriteAt(frame, t.size)
	if err != nil {
		if n > 0 {
			err = errors.Join(err, t.file.Truncate(t.size))
		}
		return err
	}
	t.size += int64(n)
	t.dirty = true
	return nil
}

func (t *tail) sync() error {
	if !t.dirty {
		return nil
	}
	t.dirty = false
	return t.file.Sync()
}

func (t *tail) close() error {
	err := errors.Join(t.sync(), t.file.Close())
	*t = tail{}
	return err
}

// syncFolder has a new file's name outlive a loss of power.
func syncFolder(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
