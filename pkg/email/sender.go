package email

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

// timeout bounds the whole conversation with a server.
const timeout = 20 * time.Second

// Sender sends letters. Its connections end with each letter, since they are rare. Safe
// for concurrent use.
type Sender struct {
	// Roots are who may vouch for a server; nil: whom the system trusts.
	Roots *x509.CertPool
}

// Send gives a letter to a server, for all its receivers. That it fails is to be told of
// with care: the error has what the server says.
func (s *Sender) Send(ctx context.Context, through *config.SMTP, l *Letter) error {
	from, err := mail.ParseAddress(through.From)
	if err != nil {
		return errors.New("the sender is no e-mail address")
	}
	to := make([]*mail.Address, len(through.To))
	for i, text := range through.To {
		if to[i], err = mail.ParseAddress(text); err != nil {
			return errors.New("a receiver is no e-mail address")
		}
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	c, err := s.dial(ctx, through)
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
	if err := l.write(w, from, to); err != nil {
		return said("the letter", err) // the connection ends before the letter does
	}
	if err := w.Close(); err != nil {
		return said("the letter", err)
	}
	_ = c.Quit() // the server has the letter
	return nil
}

// dial connects, encrypts and signs in.
func (s *Sender) dial(ctx context.Context, to *config.SMTP) (*smtp.Client, error) {
	encryption := &tls.Config{ServerName: to.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
	address := net.JoinHostPort(to.Host, strconv.Itoa(cmp.Or(to.Port, 587)))
	var conn net.Conn
	var err error
	if to.TLS == "implicit" {
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
	c, err := smtp.NewClient(conn, to.Host)
	if err != nil {
		return nil, errors.Join(said("the greeting", err), conn.Close())
	}
	if err := begin(c, to, encryption); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func begin(c *smtp.Client, s *config.SMTP, encryption *tls.Config) error {
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
	return fmt.Errorf("the server of e-mail refuses %s: %.200q", to, err.Error())
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
