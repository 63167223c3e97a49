package form

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"os"
)

// spool is a body on disk.
type spool struct{ *os.File }

// Close closes the file and removes it.
func (s *spool) Close() error {
	return errors.Join(s.File.Close(), os.Remove(s.Name()))
}

// layDown reads the whole body, lays all of it but the model down in a file, and puts
// the model before it.
func (f *Form) layDown(body io.Reader, boundary string, most int64) error {
	file, err := os.CreateTemp("", "asbru-form-*")
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDisk, err)
	}
	f.spool = &spool{file}
	left := &counted{to: file, left: most}
	out := multipart.NewWriter(left)
	if err := out.SetBoundary(boundary); err != nil {
		return ErrMalformed
	}
	in := multipart.NewReader(io.MultiReader(bytes.NewReader(f.Head), body), boundary)
	f.Stream, f.Fallbacks, f.Own = false, nil, nil
	for parts := 0; ; parts++ {
		p, err := in.NextRawPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if parts == maxParts {
			return fmt.Errorf("%w: more than %d parts", ErrMalformed, maxParts)
		}
		if err := f.copyPart(out, p); err != nil {
			return err
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	f.Head = f.Head[:0]
	if left.left == most-int64(len(boundary)+closing) { // the end alone, with a line end that would be the model's
		f.Head = append(append(append(f.Head, "--"...), boundary...), "--\r\n"...)
		f.PutModel(boundary, f.Model)
		return nil
	}
	if f.Model != "" {
		f.PutModel(boundary, f.Model)
	}
	f.Rest, f.RestSize = file, most-left.left
	return nil
}

// closing is the length of what the end of a form has beside its boundary.
const closing = len("\r\n----\r\n")

// copyPart copies a part, or takes one that is the gateway's or is to stand first.
func (f *Form) copyPart(out *multipart.Writer, p *multipart.Part) error {
	name := p.FormName()
	if p.FileName() == "" && (name == "model" || name == "stream" || name == "fallbacks" || name == "fallbacks[]") {
		text, err := io.ReadAll(io.LimitReader(p, maxField))
		if err != nil {
			return err
		}
		if name == "model" && f.Model != "" {
			return ErrRepeated
		}
		var seen Form
		if err := seen.take(name, text, 0, 0, len(text), 0); err != nil {
			return err
		}
		f.Model, f.Stream = f.Model+seen.Model, f.Stream || seen.Stream
		f.Fallbacks = append(f.Fallbacks, seen.Fallbacks...)
		if name != "stream" {
			return nil
		}
		w, err := out.CreatePart(p.Header)
		if err == nil {
			_, err = w.Write(text)
		}
		return err
	}
	w, err := out.CreatePart(p.Header)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, p)
	return err
}

// counted is a file that takes so many bytes more.
type counted struct {
	to   io.Writer
	left int64
}

// Write implements io.Writer.
func (c *counted) Write(p []byte) (int, error) {
	if int64(len(p)) > c.left {
		return 0, ErrTooLarge
	}
	n, err := c.to.Write(p)
	c.left -= int64(n)
	if err != nil {
		err = fmt.Errorf("%w: %w", ErrDisk, err)
	}
	return n, err
}
