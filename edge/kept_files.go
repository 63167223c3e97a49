package edge

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"

	"github.com/asbru-gateway/asbru/edge/form"
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/files"
)

// Bounds of a form with a file, beside the file.
const (
	maxFormParts = 32
	maxFormField = 1 << 10
	maxEpilogue  = 64 << 10
)

// upload keeps a file that comes in a form.
func (k *keptRequest) upload(ctx context.Context) *api.Error {
	store := k.edge.options.Files
	if err := store.Room(ctx, store.Owner(k.owner)); err != nil {
		return k.fault(err)
	}
	h, stream := &k.ctx.Request.Header, k.ctx.RequestBodyStream()
	boundary, err := form.Boundary(borrow(h.ContentType()))
	if err != nil || stream == nil {
		return invalidForm()
	}
	body := &upload{r: k.request, from: stream, left: h.ContentLength()}
	f, err := k.readForm(ctx, multipart.NewReader(body, boundary))
	if err == nil {
		if _, behind := io.CopyN(io.Discard, body, maxEpilogue); !errors.Is(behind, io.EOF) {
			linger(k.ctx)
		}
		err = store.Keep(ctx, store.Owner(k.owner), f)
	}
	if err != nil {
		if f != nil {
			store.Drop(ctx, f)
		}
		return k.fault(err)
	}
	k.tellJSON(http.StatusOK, f.Describe())
	return nil
}

// readForm reads the form's fields and lays its file down, which it returns also with
// an error.
func (k *keptRequest) readForm(ctx context.Context, parts *multipart.Reader) (f *files.File, err error) {
	var name, purpose string
	for n := 0; ; n++ {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if fault, ok := errors.AsType[*api.Error](err); ok {
			return f, fault
		}
		if err != nil || n == maxFormParts {
			return f, invalidForm()
		}
		switch field := p.FormName(); {
		case field == "file" && p.FileName() != "":
			if f != nil {
				return f, api.Invalid("duplicate_field", "file", "A request has one file.")
			}
			name = p.FileName()
			if f, err = k.edge.options.Files.Take(ctx, p, files.MaxBytes); err != nil {
				return nil, formBroken(err)
			}
		case field == "purpose":
			text, err := io.ReadAll(io.LimitReader(p, maxFormField))
			if err != nil {
				return f, formBroken(err)
			}
			purpose = string(text)
		}
	}
	switch {
	case f == nil:
		return nil, api.Invalid("missing_file", "file", "The form has no file.")
	case purpose != "batch" && purpose != "user_data":
		return f, api.Invalid("invalid_purpose", "purpose", "The purpose of a file that this gateway keeps itself is batch or user_data.")
	}
	f.Name, f.Purpose = name, purpose
	return f, nil
}

// formBroken is the error of a form's part. The parser's own are about where it ends.
func formBroken(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return invalidForm()
	}
	return err
}

// listFiles tells of the caller's files.
func (k *keptRequest) listFiles(ctx context.Context) *api.Error {
	store := k.edge.options.Files
	all, err := store.List(ctx, store.Owner(k.owner))
	if err != nil {
		return k.fault(err)
	}
	purpose := string(k.ctx.QueryArgs().Peek("purpose"))
	var shown []listed
	for _, f := range all {
		if purpose == "" || purpose == f.Purpose {
			shown = append(shown, listed{f.ID, f.Describe()})
		}
	}
	return k.tellList(shown, 10_000, 10_000)
}

func (k *keptRequest) tellFile(ctx context.Context) *api.Error {
	store := k.edge.options.Files
	f, err := store.Get(ctx, store.Owner(k.owner), k.id)
	if err != nil {
		return k.fault(err)
	}
	k.tellJSON(http.StatusOK, f.Describe())
	return nil
}

func (k *keptRequest) deleteFile(ctx context.Context) *api.Error {
	store, id := k.edge.options.Files, k.id
	if err := store.Delete(ctx, store.Owner(k.owner), id); err != nil {
		return k.fault(err)
	}
	k.tellJSON(http.StatusOK, []byte(`{"id":"`+id+`","object":"file","deleted":true}`))
	return nil
}

// sendFile answers with what is in a file.
func (k *keptRequest) sendFile(ctx context.Context) *api.Error {
	store := k.edge.options.Files
	f, err := store.Get(ctx, store.Owner(k.owner), k.id)
	if err != nil {
		return k.fault(err)
	}
	k.describe()
	k.ctx.SetContentType("application/octet-stream")
	reading, stop := context.WithCancel(ctx)
	k.ctx.Response.SetBodyStream(&fileBody{request: k.request, from: store.Open(reading, f), stop: stop}, int(f.Bytes))
	return nil
}

// fileBody is an answer that is read as the caller takes it.
type fileBody struct {
	request *request
	from    io.Reader
	stop    context.CancelFunc
}

// SupportsBodyWriteTo tells the server to use WriteTo.
func (b *fileBody) SupportsBodyWriteTo() bool { return true }

// Read is part of the server's contract for a body; with WriteTo it is never used.
func (b *fileBody) Read([]byte) (int, error) {
	return 0, errors.New("edge: a file is written, not read")
}

// fileBuffer is how much of a file is written at a time.
const fileBuffer = 64 << 10

// WriteTo writes the file. After an error the connection is closed, so that the caller
// sees that something is missing.
func (b *fileBody) WriteTo(w io.Writer) (n int64, err error) {
	buf := make([]byte, fileBuffer)
	for {
		m, err := b.from.Read(buf)
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			b.request.edge.log.Warn("a file cannot be read", "error", err)
			return n, err
		}
		b.request.extendDeadline()
		m, err = w.Write(buf[:m])
		n += int64(m)
		if err != nil {
			return n, err
		}
	}
}

// Close ends the answer, read to its end or not.
func (b *fileBody) Close() error {
	b.stop()
	b.request.end()
	return nil
}
