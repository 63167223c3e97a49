package control

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"net/http"
	"strings"
)

// signInRefusal is the answer to a browser that is on its way through a sign-in at the OpenID
// provider. Nothing but the browser's window stands behind it, so that a refusal becomes a page
// there; whatever else is answered passes.
type signInRefusal struct {
	http.ResponseWriter
	requestID string
	status    int // of the refusal; 0 for none
	body      bytes.Buffer
}

// showsPage says whether a refusal of a request is shown as a page: somebody looks at it.
// Programs do not ask for HTML.
func showsPage(r *http.Request, operation string) bool {
	return (operation == beginOIDC || operation == finishOIDC) && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// WriteHeader implements http.ResponseWriter.
func (a *signInRefusal) WriteHeader(status int) {
	if status >= http.StatusBadRequest {
		a.status = status
		return
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (a *signInRefusal) Write(p []byte) (int, error) {
	if a.status != 0 {
		return a.body.Write(p)
	}
	return a.ResponseWriter.Write(p)
}

// end shows the refusal, if it is one.
func (a *signInRefusal) end() {
	if a.status == 0 {
		return
	}
	var refused Error
	if json.Unmarshal(a.body.Bytes(), &refused) != nil {
		refused.Body.Message = ""
	}
	text := signInPageText{
		Code: cmp.Or(refused.Body.Code, "internal_error"), Message: cmp.Or(refused.Body.Message, "Something went wrong."),
		RequestID: a.requestID, Again: oidcPath + "/login",
	}
	if refused.Body.Code == "oidc_not_configured" {
		text.Again = ""
	}
	h := a.Header()
	h.Del("Content-Length")
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", signInPolicy)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Vary", "Accept")
	a.ResponseWriter.WriteHeader(a.status)
	_ = signInPage.Execute(a.ResponseWriter, text) // a browser that is gone needs none
}

type signInPageText struct{ Code, Message, RequestID, Again string }

const signInStyle = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:34em;margin:4em auto;padding:0 1em;overflow-wrap:anywhere}dl{display:grid;grid-template-columns:max-content 1fr;gap:.25em 1em}dd{margin:0}li{padding:.25em 0}`

// signInPolicy lets the page have its style and nothing else.
var signInPolicy = func() string {
	sum := sha256.Sum256([]byte(signInStyle))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
}()

var signInPage = template.Must(template.New("refused").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>The sign-in was refused</title>
<style>` + signInStyle + `</style></head>
<body><main><h1>The sign-in was refused</h1><p>{{.Message}}</p>
<dl><dt>Code</dt><dd><code>{{.Code}}</code></dd>{{with .RequestID}}<dt>Request</dt><dd><code>{{.}}</code></dd>{{end}}</dl>
<ul>{{with .Again}}<li><a href="{{.}}">Try again</a></li>{{end}}<li><a href="/">Sign in another way</a></li></ul></main></body></html>
`))
