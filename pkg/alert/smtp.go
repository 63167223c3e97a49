package alert

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/smtp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
)

// mailTimeout bounds the whole conversation with a server of e-mail.
const mailTimeout = 20 * time.Second

// mailer sends e-mail through the server of a channel. Its connections end with each
// letter: alerts are rare.
type mailer struct {
	roots *x509.CertPool // nil: the system's
}

// send gives a letter to the server, for all its receivers.
func (m *mailer) send(ctx context.Context, s *config.SMTP, n *Notice) error {
	from, err := mail.ParseAddress(s.From)
	if err != nil {
		return errors.New("the sender is no e-mail address")
	}
	to := make([]*mail.Address, len(s.To))
	for i, text := range s.To {
		if to[i], err = mail.ParseAddress(text); err != nil {
			return errors.New("a receiver is no e-mail address")
		}
	}
	text, err := letter(n, from, to)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, mailTimeout)
	defer cancel()
	c, err := m.dial(ctx, s)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.Mail(from.Address); err != nil {
		return said("the sender", err)
	}
	for _, a := range to {
		if err := c.Rcpt(a.Address); err != nil {
			return said("a receiver", err)
		}
	}
	w, err := c.Data()
	if err != nil {
		return said("the letter", err)
	}
	if _, err := w.Write(text); err != nil {
		return said("the letter", err)
	}
	if err := w.Close(); err != nil {
		return said("the letter", err)
	}
	_ = c.Quit() // the server has the letter
	return nil
}

// dial connects, encrypts and signs in.
func (m *mailer) dial(ctx context.Context, s *config.SMTP) (*smtp.Client, error) {
	encryption := &tls.Config{ServerName: s.Host, RootCAs: m.roots, MinVersion: tls.VersionTLS12}
	address := net.JoinHostPort(s.Host, strconv.Itoa(cmp.Or(s.Port, 587)))
	var conn net.Conn
	var err error
	if s.TLS == "implicit" {
		conn, err = (&tls.Dialer{Config: encryption}).DialContext(ctx, "tcp", address)
	} else {
		conn, err = (&net.Dialer{}).DialContext(ctx, "tcp", address)
	}
	if err != nil {
		return nil, fmt.Errorf("connect to the server of e-mail: %w", err)
	}
	if deadline, ok := ctx.Deadline(); ok {
		conn.SetDeadline(deadline)
	}
	c, err := smtp.NewClient(conn, s.Host)
	if err != nil {
		return nil, errors.Join(said("the greeting", err), conn.Close())
	}
	if err := m.begin(c, s, encryption); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (*mailer) begin(c *smtp.Client, s *config.SMTP, encryption *tls.Config) error {
	if s.TLS == "" || s.TLS == "starttls" {
		if offered, _ := c.Extension("STARTTLS"); !offered {
			return errors.New("the server of e-mail offers no STARTTLS")
		}
		if err := c.StartTLS(encryption); err != nil {
			return said("STARTTLS", err)
		}
	}
	if s.Username == "" {
		return nil
	}
	_, mechanisms := c.Extension("AUTH")
	auth := smtp.PlainAuth("", s.Username, s.Password.Reveal(), s.Host)
	if words := strings.Fields(mechanisms); !slices.Contains(words, "PLAIN") && slices.Contains(words, "LOGIN") {
		auth = login{s.Username, s.Password}
	}
	if err := c.Auth(auth); err != nil {
		return said("the sign-in", err)
	}
	return nil
}

// said bounds what a server has answered.
func said(to string, err error) error {
	return errors.New("the server of e-mail refuses " + to + ": " + Plain(err.Error(), 200))
}

// login signs in where a server has no other way, and only over TLS.
type login struct {
	user     string
	password config.Secret
}

// Start implements smtp.Auth.
func (login) Start(server *smtp.ServerInfo) (string, []byte, error) {
	if !server.TLS {
		return "", nil, errors.New("unencrypted connection")
	}
	return "LOGIN", nil, nil
}

// Next implements smtp.Auth.
func (l login) Next(asked []byte, more bool) ([]byte, error) {
	if !more {
		return nil, nil
	}
	switch strings.ToLower(strings.TrimRight(string(asked), ": ")) {
	case "username":
		return []byte(l.user), nil
	case "password":
		return []byte(l.password.Reveal()), nil
	}
	return nil, errors.New("the server asks for something else")
}
