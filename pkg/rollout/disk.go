package rollout

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// disk keeps the last snapshots that a node has applied, as they came, and the
// pointers to them: what a node starts from when the cluster is away.
type disk struct{ dir string }

const (
	pointerFile   = "pointer"
	snapshotEnd   = ".snapshot"
	keptSnapshots = 3
)

func (d disk) path(digest string) string { return filepath.Join(d.dir, digest+snapshotEnd) }

// save stores a snapshot and then the pointer to it, so that whatever is
// interrupted, the newest pointer on disk names a snapshot that is there.
func (d disk) save(pointer, sealed []byte, digest string) error {
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return fmt.Errorf("rollout: keep the configuration: %w", err)
	}
	if err := writeWhole(d.path(digest), sealed); err != nil {
		return fmt.Errorf("rollout: keep the configuration: %w", err)
	}
	for i := keptSnapshots - 1; i > 0; i-- {
		if err := os.Rename(d.pointerPath(i-1), d.pointerPath(i)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("rollout: keep the pointer before: %w", err)
		}
	}
	if err := writeWhole(d.pointerPath(0), pointer); err != nil {
		return fmt.Errorf("rollout: keep the pointer: %w", err)
	}
	return d.prune(digest)
}

// pointerPath is where a pointer lies, 0 the newest.
func (d disk) pointerPath(age int) string {
	if age == 0 {
		return filepath.Join(d.dir, pointerFile)
	}
	return filepath.Join(d.dir, fmt.Sprint(pointerFile, "-", age))
}

// pointers returns those that are there, newest first.
func (d disk) pointers() (all [][]byte) {
	for i := range keptSnapshots {
		if data, err := os.ReadFile(d.pointerPath(i)); err == nil {
			all = append(all, data)
		}
	}
	return all
}

func (d disk) snapshot(digest string) ([]byte, error) { return os.ReadFile(d.path(digest)) }

// prune removes all but the newest snapshots and the one in force.
func (d disk) prune(inForce string) error {
	names, err := filepath.Glob(filepath.Join(d.dir, "*"+snapshotEnd))
	if err != nil {
		return err
	}
	age := make(map[string]int64, len(names))
	for _, name := range names {
		if info, err := os.Stat(name); err == nil { // gone already otherwise
			age[name] = info.ModTime().UnixNano()
		}
	}
	slices.SortFunc(names, func(a, b string) int { return int(min(max(age[b]-age[a], -1), 1)) })
	for _, name := range names[min(keptSnapshots, len(names)):] {
		if name == d.path(inForce) {
			continue
		}
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// writeWhole replaces a file so that a reader, or a machine that loses power,
// sees the old content or the new.
func writeWhole(name string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
