package email

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func someLetter() *Letter {
	return &Letter{ID: "letter-1", Subject: "opénai/a\r\nBcc: x@y.z", Text: "Grüße\r\n.\r\nthat was all", At: noon}
}

// postOffice is a server of e-mail.
type postOffice struct {
	host    string
	port    int
	roots   *x509.CertPool
	letters chan string // each with the lines of the envelope before it
}

// office starts a server; login has it offer no other way to sign in.
func office(t *testing.T, implicit, starttls bool, mechanisms string) *postOffice {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	certificate, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	o := &postOffice{host: "127.0.0.1", roots: x509.NewCertPool(), letters: make(chan string, 4)}
	o.roots.AddCert(certificate)
	encryption := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	o.port = ln.Addr().(*net.TCPAddr).Port
	if implicit {
		ln = tls.NewListener(ln, encryption)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			conn.SetDeadline(time.Now().Add(time.Minute))
			o.serve(conn, encryption, starttls, mechanisms)
			conn.Close()
		}
	}()
	t.Cleanup(func() { ln.Close(); <-done })
	return o
}

// serve speaks with one client, one letter long.
func (o *postOffice) serve(conn net.Conn, encryption *tls.Config, starttls bool, mechanisms string) {
	in := bufio.NewReader(conn)
	say := func(lines ...string) { _, _ = io.WriteString(conn, strings.Join(lines, "\r\n")+"\r\n") }
	hear := func() string {
		line, _ := in.ReadString('\n')
		return strings.TrimRight(line, "\r\n")
	}
	say("220 here")
	var envelope []string
	for {
		line := hear()
		verb, _, _ := strings.Cut(line, " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			offers := []string{"250-here"}
			if _, encrypted := conn.(*tls.Conn); !encrypted && starttls {
				offers = append(offers, "250-STARTTLS")
			} else if mechanisms != "" {
				offers = append(offers, "250-AUTH "+mechanisms)
			}
			say(append(offers, "250 OK")...)
		case "STARTTLS":
			say("220 go on")
			conn = tls.Server(conn, encryption)
			in = bufio.NewReader(conn)
		case "AUTH":
			envelope = append(envelope, line)
			if line == "AUTH LOGIN" {
				say("334 " + base64.StdEncoding.EncodeToString([]byte("Username:")))
				envelope = append(envelope, hear())
				say("334 " + base64.StdEncoding.EncodeToString([]byte("Password:")))
				envelope = append(envelope, hear())
			}
			say("235 welcome")
		case "MAIL":
			envelope = append(envelope, line)
			say("250 OK")
		case "RCPT":
			if strings.Contains(line, "nobody@") {
				say("550 nobody here")
				continue
			}
			envelope = append(envelope, line)
			say("250 OK")
		case "DATA":
			say("354 go on")
			letter := strings.Join(envelope, "\n") + "\n\n"
			for line = hear(); line != "."; line = hear() {
				letter += strings.TrimPrefix(line, ".") + "\r\n"
			}
			o.letters <- letter
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			return
		}
	}
}

func (o *postOffice) settings(encryption string) *config.SMTP {
	return &config.SMTP{
		Host: o.host, Port: o.port, TLS: encryption, Username: "asbru", Password: "s3cret-word-of-mail",
		From: "Äsbru <asbru@example.com>", To: []string{"ops@example.com", "Ann <ann@example.com>"},
	}
}

func TestALetterGoesThroughSTARTTLSWithASignIn(t *testing.T) {
	o := office(t, false, true, "PLAIN LOGIN")
	m := Sender{Roots: o.roots}
	require.NoError(t, m.Send(t.Context(), o.settings("starttls"), someLetter()))
	envelope, text, _ := strings.Cut(<-o.letters, "\n\n")
	require.Equal(t, []string{
		"AUTH PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00asbru\x00s3cret-word-of-mail")),
		"MAIL FROM:<asbru@example.com>", "RCPT TO:<ops@example.com>", "RCPT TO:<ann@example.com>",
	}, strings.Split(envelope, "\n"))
	letter, err := mail.ReadMessage(strings.NewReader(text))
	require.NoError(t, err)
	require.Empty(t, letter.Header.Get("Bcc"))
	require.Equal(t, `<ops@example.com>, "Ann" <ann@example.com>`, letter.Header.Get("To"))
	require.Equal(t, "<letter-1@example.com>", letter.Header.Get("Message-Id"))
	require.Contains(t, letter.Header.Get("Subject"), "=?utf-8?q?")
	body, err := io.ReadAll(quotedprintable.NewReader(letter.Body))
	require.NoError(t, err)
	require.Equal(t, "Grüße\r\n.\r\nthat was all\r\n", string(body))
}

func TestALetterGoesThroughTLSFromTheFirstByteWithTheOtherSignIn(t *testing.T) {
	o := office(t, true, false, "LOGIN XOAUTH2")
	m := Sender{Roots: o.roots}
	require.NoError(t, m.Send(t.Context(), o.settings("implicit"), someLetter()))
	envelope, _, _ := strings.Cut(<-o.letters, "\n\n")
	lines := strings.Split(envelope, "\n")
	require.Equal(t, base64.StdEncoding.EncodeToString([]byte("asbru")), lines[1])
	require.Equal(t, base64.StdEncoding.EncodeToString([]byte("s3cret-word-of-mail")), lines[2])
}

func TestALetterThatCannotBeSentSaysWhy(t *testing.T) {
	for name, c := range map[string]struct {
		starttls bool
		change   func(*config.SMTP, *Sender)
		says     string
	}{
		"no STARTTLS":             {false, nil, "offers no STARTTLS"},
		"a certificate of others": {true, func(_ *config.SMTP, m *Sender) { m.Roots = x509.NewCertPool() }, "refuses STARTTLS"},
		"a receiver of no name":   {true, func(s *config.SMTP, _ *Sender) { s.To = []string{"nobody@example.com"} }, "refuses a receiver: \"550"},
		"a receiver with a header": {true, func(s *config.SMTP, _ *Sender) {
			s.To = []string{"a@example.com>\r\nRCPT TO:<b@example.com"}
		}, "no e-mail address"},
		"nobody there": {true, func(s *config.SMTP, _ *Sender) { s.Port = 1 }, "connect to the server of e-mail"},
	} {
		t.Run(name, func(t *testing.T) {
			o := office(t, false, c.starttls, "PLAIN")
			s, m := o.settings("starttls"), Sender{Roots: o.roots}
			if c.change != nil {
				c.change(s, &m)
			}
			err := m.Send(t.Context(), s, someLetter())
			require.ErrorContains(t, err, c.says)
			require.NotContains(t, err.Error(), "s3cret")
			require.Empty(t, o.letters)
		})
	}
}

func TestASilentServerOfMailIsGivenUp(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	_, port, err := net.SplitHostPort(ln.Addr().String())
	require.NoError(t, err)
	number, err := strconv.Atoi(port)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	o := postOffice{host: "127.0.0.1", port: number}
	require.Error(t, (&Sender{}).Send(ctx, o.settings("starttls"), someLetter()))
}

func TestALetterHasItsFiles(t *testing.T) {
	o := office(t, false, true, "PLAIN")
	l := someLetter()
	table := strings.Repeat("a,b,c\n", 40)
	l.Files = []File{{Name: "spend \"x\".csv", Type: "text/csv", Body: []byte(table)}}
	require.NoError(t, (&Sender{Roots: o.roots}).Send(t.Context(), o.settings("starttls"), l))
	_, text, _ := strings.Cut(<-o.letters, "\n\n")
	letter, err := mail.ReadMessage(strings.NewReader(text))
	require.NoError(t, err)
	kind, parameters, err := mime.ParseMediaType(letter.Header.Get("Content-Type"))
	require.NoError(t, err)
	require.Equal(t, "multipart/mixed", kind)
	parts := multipart.NewReader(letter.Body, parameters["boundary"])
	first, err := parts.NextPart()
	require.NoError(t, err)
	body, err := io.ReadAll(first) // it is unquoted on the way
	require.NoError(t, err)
	require.Equal(t, l.Text, string(body))
	second, err := parts.NextPart()
	require.NoError(t, err)
	require.Equal(t, l.Files[0].Name, second.FileName())
	body, err = io.ReadAll(base64.NewDecoder(base64.StdEncoding, second))
	require.NoError(t, err)
	require.Equal(t, table, string(body))
	_, err = parts.NextPart()
	require.ErrorIs(t, err, io.EOF)
}
