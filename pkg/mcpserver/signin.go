package mcpserver

import (
	"crypto/rand"
	"errors"
	"html/template"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/mcp/oauth"
)

// Where the holder of a virtual key signs in at an MCP server behind the gateway.
const (
	SignInPath         = mcp.SignInPath
	SignInCallbackPath = SignInPath + "/callback"
)

// signInCookie is the browser's proof that it has begun the sign-in that it comes back from.
const signInCookie = "asbru_mcp_sign_in"

// OwnerOf finds whose a token will be that somebody with a virtual key signs in for.
type OwnerOf func(key string) (owner string, err *api.Error)

// page is what a person sees. It asks for the virtual key, so that nobody can be made to sign
// in for somebody else's by a link.
var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sign in</title>
<style>body{font:16px/1.5 system-ui;max-width:34em;margin:4em auto;padding:0 1em}input{font:inherit;width:100%;box-sizing:border-box;padding:.5em}button{font:inherit;padding:.5em 1em;margin-top:1em}</style>
<h1>{{.Title}}</h1><p>{{.Text}}</p>
{{if .Server}}<form method="post"><input type="hidden" name="server" value="{{.Server}}">
<label>Your virtual key of this gateway<input type="password" name="key" autocomplete="off" required autofocus></label>
<button>Go on</button></form>{{end}}
`))

type pageText struct{ Title, Text, Server string }

func show(w http.ResponseWriter, status int, p pageText) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = page.Execute(w, p) // a browser that is gone needs none
}

// ServeSignIn answers the browser of somebody who signs in at a server behind the gateway.
func (s *Server) ServeSignIn(w http.ResponseWriter, r *http.Request, body []byte, owner OwnerOf) {
	tools := s.o.Tools
	switch {
	case s.settings.Load().Disabled || tools == nil:
		show(w, http.StatusNotFound, pageText{Title: "There is nothing here"})
	case r.URL.Path == SignInCallbackPath:
		s.endSignIn(w, r, tools)
	case r.Method == http.MethodPost:
		s.beginSignIn(w, r, body, tools, owner)
	default:
		server := r.URL.Query().Get("server")
		if tools.SignsIn(server) == nil {
			show(w, http.StatusNotFound, pageText{Title: "There is no such server", Text: "Nobody signs in at it here."})
			return
		}
		show(w, http.StatusOK, pageText{
			Title: "Sign in at " + server, Server: server,
			Text: "Calls with your virtual key will use the tools of this server as you. You will be sent to its own sign-in.",
		})
	}
}

func (s *Server) beginSignIn(w http.ResponseWriter, r *http.Request, body []byte, tools *mcp.Pool, owner OwnerOf) {
	base := s.settings.Load().base(r)
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	form, err := url.ParseQuery(string(body))
	origin := r.Header.Get("Origin")
	if err != nil || kind != "application/x-www-form-urlencoded" || origin != "" && origin != "null" && origin != base && !strings.HasSuffix(origin, "://"+r.Host) {
		show(w, http.StatusForbidden, pageText{Title: "This form is not ours"})
		return
	}
	settings := tools.SignsIn(form.Get("server"))
	if settings == nil {
		show(w, http.StatusNotFound, pageText{Title: "There is no such server", Text: "Nobody signs in at it here."})
		return
	}
	whose, refused := owner(strings.TrimSpace(form.Get("key")))
	if refused != nil || whose == oauth.Nobody {
		show(w, http.StatusForbidden, pageText{Title: "This virtual key does not work", Text: "Look whether it is whole, and try again.", Server: settings.Server})
		return
	}
	proof := rand.Text()
	begun, err := tools.SignIns().Begin(r.Context(), settings, oauth.Beginning{Owner: whose, By: "browser " + proof, Redirect: base + SignInCallbackPath})
	if err != nil {
		s.o.Log.Warn("a sign-in at an MCP server cannot begin", "mcp", settings.Server, "error", err)
		show(w, http.StatusServiceUnavailable, pageText{Title: "The sign-in cannot begin", Text: "The server, or its authorization server, cannot be asked, or does not do what the gateway needs. The gateway's log says more."})
		return
	}
	http.SetCookie(w, s.signInCookie(base, proof, int(oauth.SignInFor.Seconds())))
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", begun.Address)
	w.WriteHeader(http.StatusSeeOther)
}

func (s *Server) signInCookie(base, value string, age int) *http.Cookie {
	return &http.Cookie{
		Name: signInCookie, Value: value, Path: SignInPath, MaxAge: age, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(base, "https://"),
	}
}

func (s *Server) endSignIn(w http.ResponseWriter, r *http.Request, tools *mcp.Pool) {
	q, by := r.URL.Query(), ""
	if cookie, err := r.Cookie(signInCookie); err == nil {
		by = "browser " + cookie.Value
	}
	back, err := tools.SignIns().Return(r.Context(), oauth.Answer{State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Error: q.Get("error"), By: by})
	failed := pageText{Title: "The sign-in has not worked"}
	switch {
	case err == nil:
		http.SetCookie(w, s.signInCookie(s.settings.Load().base(r), "", -1))
		show(w, http.StatusOK, pageText{Title: "You are signed in at " + back.Server, Text: "You can close this window. Calls with your virtual key use the tools of this server as you."})
	case errors.Is(err, oauth.ErrNotBegun):
		failed.Text = "It was not begun here, or too long ago, or is over. Begin again."
		show(w, http.StatusBadRequest, failed)
	case errors.Is(err, oauth.ErrNotYours):
		failed.Text = "Another browser has begun it."
		show(w, http.StatusForbidden, failed)
	case errors.Is(err, oauth.ErrIssuer), errors.Is(err, oauth.ErrRefused):
		failed.Text = "The server's sign-in has refused it, or another one has answered."
		show(w, http.StatusForbidden, failed)
	default:
		s.o.Log.Error("a sign-in at an MCP server has failed", "error", err)
		failed.Text = "The authorization server could not be asked. Begin again."
		show(w, http.StatusServiceUnavailable, failed)
	}
}
