package email

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
	"time"
)

// Letter is what is sent, the same to all receivers.
type Letter struct {
	// ID is the same at each try, so that a receiver can tell a letter that comes twice.
	ID      string
	Subject string
	Text    string
	At      time.Time
	Files   []File // attached
}

// File is an attachment.
type File struct {
	Name string // of plain characters
	Type string // its media type
	Body []byte
}

const textType = "text/plain; charset=utf-8"

// write writes the letter as RFC 5322 has it, with attachments as RFC 2046 has them.
func (l *Letter) write(to io.Writer, from *mail.Address, receivers []*mail.Address) error {
	names := make([]string, len(receivers))
	for i, a := range receivers {
		names[i] = a.String()
	}
	_, host, _ := strings.Cut(from.Address, "@")
	parts := multipart.NewWriter(to)
	heads := [][2]string{
		{"From", from.String()},
		{"To", strings.Join(names, ", ")},
		{"Subject", mime.QEncoding.Encode("utf-8", l.Subject)},
		{"Date", l.At.UTC().Format(time.RFC1123Z)},
		{"Message-ID", "<" + l.ID + "@" + host + ">"},
		{"Auto-Submitted", "auto-generated"},
		{"MIME-Version", "1.0"},
	}
	if len(l.Files) == 0 {
		heads = append(heads, [2]string{"Content-Type", textType}, [2]string{"Content-Transfer-Encoding", "quoted-printable"})
	} else {
		heads = append(heads, [2]string{"Content-Type", "multipart/mixed; boundary=" + parts.Boundary()})
	}
	var head bytes.Buffer
	for _, h := range heads {
		if strings.ContainsAny(h[1], "\r\n") {
			return fmt.Errorf("the header %s of an e-mail has a line break", h[0])
		}
		fmt.Fprintf(&head, "%s: %s\r\n", h[0], h[1])
	}
	head.WriteString("\r\n")
	if _, err := head.WriteTo(to); err != nil {
		return err
	}
	if len(l.Files) == 0 {
		return quote(to, l.Text)
	}
	text, err := parts.CreatePart(textproto.MIMEHeader{"Content-Type": {textType}, "Content-Transfer-Encoding": {"quoted-printable"}})
	if err != nil {
		return err
	}
	if err := quote(text, l.Text); err != nil {
		return err
	}
	for i := range l.Files {
		if err := l.Files[i].write(parts); err != nil {
			return err
		}
	}
	return parts.Close()
}

func quote(to io.Writer, text string) error {
	w := quotedprintable.NewWriter(to)
	if _, err := io.WriteString(w, text); err != nil {
		return err
	}
	return w.Close()
}

func (f *File) write(parts *multipart.Writer) error {
	part, err := parts.CreatePart(textproto.MIMEHeader{
		"Content-Type":              {f.Type},
		"Content-Disposition":       {mime.FormatMediaType("attachment", map[string]string{"filename": f.Name})},
		"Content-Transfer-Encoding": {"base64"},
	})
	if err != nil {
		return err
	}
	text := []byte(base64.StdEncoding.EncodeToString(f.Body))
	const line = 76
	for len(text) > 0 {
		n := min(line, len(text))
		if _, err := part.Write(append(text[:n:n], "\r\n"...)); err != nil {
			return err
		}
		text = text[n:]
	}
	return nil
}
