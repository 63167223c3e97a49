package config

import (
	"net/mail"
	"net/url"
	"strings"
)

// SMTP is how e-mail is sent.
type SMTP struct {
	Host     string   `json:"host,omitempty" ref:"true" doc:"Name of the server."`
	Port     int      `json:"port,omitempty" minimum:"1" maximum:"65535" default:"587" doc:"Its port."`
	TLS      string   `json:"tls,omitempty" enum:"starttls,implicit,none" default:"starttls" doc:"starttls begins in the clear and goes no further without TLS; implicit is TLS from the first byte (port 465); none is in the clear, and without a password."`
	Username string   `json:"username,omitempty" ref:"true" doc:"Who signs in. Absent: nobody does."`
	Password Secret   `json:"password,omitempty" doc:"The password."`
	From     string   `json:"from,omitempty" doc:"The sender's address."`
	To       []string `json:"to,omitempty" doc:"The receivers' addresses."`
}

// destination checks where something is sent: through SMTP for e-mail, and to an address
// for all others. What is switched off need not have one.
func (c *checker) destination(at, kind string, address Secret, server *SMTP, on bool) {
	if kind == "email" {
		c.smtp(child(at, "smtp"), server)
		return
	}
	u, err := url.Parse(address.Reveal())
	switch {
	case address == "":
		if on {
			c.problem(child(at, "url"), "is required")
		}
	case err != nil, u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "":
		c.problem(child(at, "url"), "must be an https address")
	case u.Scheme == "http" && !c.config.Webhooks.AllowPrivateNetworks:
		c.problem(child(at, "url"), "must begin with https:// unless webhooks.allow_private_networks is set")
	case u.User != nil:
		c.problem(child(at, "url"), "must not have a user name or password")
	}
}

func (c *checker) smtp(at string, s *SMTP) {
	for _, f := range []struct{ name, value string }{{"host", s.Host}, {"from", s.From}} {
		if f.value == "" {
			c.problem(child(at, f.name), "is required")
		}
	}
	c.headerSafe(child(at, "host"), s.Host)
	if s.From != "" {
		c.address(child(at, "from"), s.From)
	}
	if len(s.To) == 0 {
		c.problem(child(at, "to"), "needs a receiver")
	}
	for i, to := range s.To {
		c.address(element(child(at, "to"), i), to)
	}
	switch {
	case s.TLS == "none" && s.Password != "":
		c.problem(child(at, "password"), "is not sent in the clear: set tls to starttls or implicit")
	case s.Password != "" && s.Username == "":
		c.problem(child(at, "username"), "is required beside password")
	}
}

func (c *checker) address(at, text string) {
	if strings.ContainsAny(text, "\r\n") {
		c.problem(at, "must not have line breaks")
	} else if _, err := mail.ParseAddress(text); err != nil {
		c.problem(at, "must be an e-mail address")
	}
}
