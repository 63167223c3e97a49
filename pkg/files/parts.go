package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

// part names a part of a file.
func part(id string, writer uint64, n int) string { return fmt.Sprintf("%s/%d.%d", id, writer, n) }

// PutPart keeps a part of a file, of at most [PartBytes].
func (s *Store) PutPart(ctx context.Context, id string, writer uint64, n int, data []byte) error {
	name := part(id, writer, n)
	return s.conn.Bulk.PutObject(ctx, bus.FileParts, name, s.seal.Seal(data, name))
}

// Room says whether an owner may have another file; ErrFull if not.
func (s *Store) Room(ctx context.Context, owner string) error {
	all, err := s.List(ctx, owner)
	if err != nil {
		return err
	}
	var sum int64
	for _, f := range all {
		sum += f.Bytes
	}
	if sum >= MaxOwned {
		return ErrFull
	}
	return nil
}

// Take reads a file's content, of at most so many bytes, and lays it down. The file that it returns is nobody's
// until it is kept; one that will not be is to be given to [Store.Drop]. Errors of the
// reader come as they are.
func (s *Store) Take(ctx context.Context, from io.Reader, most int64) (*File, error) {
	f := &File{ID: NewID(), Created: time.Now().UTC(), Stretches: []Stretch{{}}}
	st := &f.Stretches[0]
	buf := make([]byte, PartBytes)
	for {
		n, err := fill(buf, from)
		ended := errors.Is(err, io.EOF)
		if err != nil && !ended {
			s.Drop(ctx, f)
			return nil, err
		}
		if f.Bytes += int64(n); f.Bytes > most {
			s.Drop(ctx, f)
			return nil, ErrTooLarge
		}
		if n > 0 {
			if err := s.PutPart(ctx, f.ID, st.Writer, st.Parts, buf[:n]); err != nil {
				s.Drop(ctx, f)
				return nil, err
			}
			st.Parts, st.Bytes = st.Parts+1, f.Bytes
		}
		if ended {
			return f, nil
		}
	}
}

// fill reads until the buffer is full or the reader has ended. A form that breaks off
// ends with io.ErrUnexpectedEOF, which io.ReadFull would say of an end, too.
func fill(buf []byte, from io.Reader) (n int, err error) {
	for n < len(buf) && err == nil {
		var m int
		m, err = from.Read(buf[n:])
		n += m
	}
	return n, err
}

// Drop gives back the room of a file that is not to be kept.
func (s *Store) Drop(ctx context.Context, f *File) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dropTime)
	defer cancel()
	s.drop(ctx, f)
}

// dropTime bounds what is done for a file that nobody wants.
const dropTime = 10 * time.Second

// Open returns a reader of what is in a file. It reads until ctx ends.
func (s *Store) Open(ctx context.Context, f *File) io.Reader {
	return &reader{ctx: ctx, store: s, id: f.ID, left: f.Stretches}
}

type reader struct {
	ctx   context.Context
	store *Store
	id    string
	left  []Stretch
	next  int    // part of the first of those
	rest  []byte // of the part that was read last
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		if len(r.left) == 0 {
			return 0, io.EOF
		}
		st := &r.left[0]
		if r.next == st.Parts {
			r.left, r.next = r.left[1:], 0
			continue
		}
		name := part(r.id, st.Writer, r.next)
		sealed, err := r.store.conn.Bulk.GetObject(r.ctx, bus.FileParts, name)
		if err == nil {
			r.rest, err = r.store.seal.Open(sealed, name)
		}
		if err != nil {
			return 0, fmt.Errorf("files: read %s: %w", r.id, err)
		}
		r.next++
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
