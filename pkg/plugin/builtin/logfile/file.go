package logfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink"
)

// file is a target that appends lines to a file. One goroutine at a time may use it.
type file struct {
	dir, name string
	most      int64 // bytes
	keep      int
	root      *os.Root
	open      *os.File
	size      int64
}

// private is the mode of files: they may have in them what people have written.
const private = 0o600

// Send implements sink.Target.
func (f *file) Send(_ context.Context, lines [][]byte) error {
	if err := f.ready(); err != nil {
		return err
	}
	body := sink.Join(lines)
	if f.size > 0 && f.size+int64(len(body)) > f.most {
		if err := f.turn(); err != nil {
			return err
		}
	}
	n, err := f.open.Write(body)
	if err != nil {
		// Half a line would spoil the next one.
		return errors.Join(pathless(err), pathless(f.open.Truncate(f.size)))
	}
	f.size += int64(n)
	return nil
}

// ready opens the file. It is done with the first line, not when the configuration is read.
func (f *file) ready() error {
	if f.open != nil {
		return nil
	}
	if f.dir == "" {
		return sink.Permanent(errors.New("there is no folder for files of logs here"))
	}
	if f.root == nil {
		if err := os.MkdirAll(f.dir, 0o700); err != nil {
			return pathless(err)
		}
		root, err := os.OpenRoot(f.dir)
		if err != nil {
			return pathless(err)
		}
		f.root = root
	}
	open, err := f.root.OpenFile(f.name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, private)
	if err != nil {
		return pathless(err)
	}
	info, err := open.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return errors.Join(errors.New("it is no file"), err, open.Close())
	}
	f.open, f.size = open, info.Size()
	return nil
}

// turn begins another file: the last becomes FILE.1, that FILE.2, and so on.
func (f *file) turn() error {
	if err := f.open.Close(); err != nil {
		return pathless(err)
	}
	f.open = nil
	for i := f.keep; i > 0; i-- {
		from := f.numbered(i - 1)
		if err := f.root.Rename(from, f.numbered(i)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return pathless(err)
		}
	}
	if f.keep == 0 {
		if err := f.root.Remove(f.name); err != nil {
			return pathless(err)
		}
	}
	return f.ready()
}

func (f *file) numbered(i int) string {
	if i == 0 {
		return f.name
	}
	return fmt.Sprintf("%s.%d", f.name, i)
}

// pathless leaves the path out of an error: where a node has its data is nobody's business
// who reads the state of a plugin.
func pathless(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return fmt.Errorf("%s: %w", at.Op, at.Err)
	}
	return err
}

func (f *file) close() error {
	var failed error
	if f.open != nil {
		failed = f.open.Close()
	}
	if f.root != nil {
		failed = errors.Join(failed, f.root.Close())
	}
	return failed
}

// output is a target that writes lines to a stream.
type output struct{ to io.Writer }

// Send implements sink.Target.
func (o output) Send(_ context.Context, lines [][]byte) error {
	if o.to == nil {
		return sink.Permanent(errors.New("there is no standard output here"))
	}
	if _, err := o.to.Write(sink.Join(lines)); err != nil {
		return sink.Permanent(err) // some of it may be out already
	}
	return nil
}
