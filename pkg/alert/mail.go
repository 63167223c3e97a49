package alert

import (
	"bytes"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"time"
)

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// letter is a notice as an e-mail.
func letter(n *Notice, from *mail.Address, to []*mail.Address) ([]byte, error) {
	var out bytes.Buffer
	receivers := make([]string, len(to))
	for i, a := range to {
		receivers[i] = a.String()
	}
	_, host, _ := strings.Cut(from.Address, "@")
	for _, h := range [][2]string{
		{"From", from.String()},
		{"To", strings.Join(receivers, ", ")},
		{"Subject", mime.QEncoding.Encode("utf-8", n.Title())},
		{"Date", n.At.UTC().Format(time.RFC1123Z)},
		{"Message-ID", "<" + n.ID + "@" + host + ">"}, // the same at each try
		{"Auto-Submitted", "auto-generated"},
		{"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"},
		{"Content-Transfer-Encoding", "quoted-printable"},
	} {
		if strings.ContainsAny(h[1], "\r\n") {
			return nil, fmt.Errorf("the header %s of an e-mail has a line break", h[0])
		}
		fmt.Fprintf(&out, "%s: %s\r\n", h[0], h[1])
	}
	out.WriteString("\r\n")
	body := quotedprintable.NewWriter(&out)
	text := []string{}
	for i := range n.Alerts {
		text = append(text, n.Alerts[i].lines())
	}
	if n.More > 0 {
		text = append(text, fmt.Sprintf("and %d more", n.More))
	}
	if n.Test {
		text = append(text, "This is a test of an alert channel.")
	}
	if _, err := body.Write([]byte(strings.Join(text, "\n\n") + "\n")); err != nil {
		return nil, err
	}
	return out.Bytes(), body.Close()
}
