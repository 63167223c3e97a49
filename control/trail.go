package control

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/asbru-gateway/asbru/pkg/audit"
)

// trail gathers what a request changes, for the audit.
type trail struct {
	mu      sync.Mutex
	caller  account.Caller // who asks, where a sign-in says so
	changes []audit.Change
}

type trailKey struct{}

// changed notes what has become of an object: before and after as they may be shown,
// each nil where there was or is none.
func (c *Control) changed(ctx context.Context, object string, before, after any) {
	t, _ := ctx.Value(trailKey{}).(*trail)
	if t == nil {
		return
	}
	change, err := audit.Patch(object, before, after)
	if err != nil {
		c.log.Error("a change cannot be told to the audit", "object", object, "error", err)
		change = audit.Change{Object: object, Patch: json.RawMessage(`"cannot be told"`)}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.changes = append(t.changes, change)
}

// signsIn notes who asks in a request that says so itself.
func signsIn(ctx context.Context, caller account.Caller) {
	if t, _ := ctx.Value(trailKey{}).(*trail); t != nil {
		t.caller = caller
	}
}

// unaudited are operations that change nothing, whatever their method.
var unaudited = map[string]bool{"make-ws-ticket": true, "check-expression": true, "simulate-limits": true, noOperation: true}

// finishOIDC is a sign-in that comes as a GET.
const finishOIDC = "finish-oidc"

// auditedReads are what is audited though it changes nothing: sign-ins, and looks into the
// process.
var auditedReads = map[string]bool{finishOIDC: true, finishMCPSignIn: true, "get-runtime": true, "get-goroutines": true, "get-profile": true}

func isAudited(method, operation string) bool {
	return changes(method) && !unaudited[operation] || auditedReads[operation]
}

// audited answers a request that may change something, and enters it into the audit
// before the answer leaves.
func (c *Control) audited(w http.ResponseWriter, r *http.Request, operation string) {
	if !c.late.hasRoom() {
		writeError(w, http.StatusServiceUnavailable, "audit_unavailable", "The store was away for so long that no more changes can be kept for the audit. Nothing was changed.")
		return
	}
	t := &trail{caller: account.Of(r.Context())}
	answer := &heldAnswer{to: w, status: http.StatusOK}
	answer.enter = func() { c.enter(r, operation, t, answer.status, answer.body.Bytes()) }
	c.mux.ServeHTTP(answer, r.WithContext(context.WithValue(r.Context(), trailKey{}, t)))
	answer.leave()
}

// enter puts an entry for a request into the audit.
func (c *Control) enter(r *http.Request, operation string, t *trail, status int, answer []byte) {
	anybody := t.caller.Name == "" || status == http.StatusTooManyRequests
	if t.caller.Kind == "" && anybody {
		return // whoever tries without end must not fill the store
	}
	e := audit.Entry{
		Time: time.Now().UTC().Truncate(time.Microsecond), Kind: t.caller.Kind, ID: t.caller.ID, Name: t.caller.Name,
		Address: browserIn(r.Context()).Address, RequestID: r.Header.Get("X-Request-Id"), Operation: operation, Object: shortened(r.URL.Path),
		Outcome: audit.Done, Status: status,
	}
	switch {
	case status >= 500:
		e.Outcome = audit.Failed
	case status >= 400:
		e.Outcome = audit.Refused
	}
	if status >= 400 {
		var refusal Error
		if json.Unmarshal(answer, &refusal) == nil {
			e.Code = refusal.Body.Code
		}
	}
	if len(t.changes) > 0 {
		changes, err := json.Marshal(t.changes)
		if err != nil { // patches are JSON
			panic(err)
		}
		e.Changes = string(changes)
	}
	c.append(context.WithoutCancel(r.Context()), e)
}

// append enters an entry. While the store is away it is logged, and waits for the store.
func (c *Control) append(ctx context.Context, e audit.Entry) {
	if c.o.Store == nil {
		return
	}
	ctx, stop := context.WithTimeout(ctx, auditTimeout)
	defer stop()
	if err := c.late.append(ctx, c.auditLog(), e); err != nil {
		c.log.Warn("an entry of the audit waits for the store", "caller", e.Name, "operation", e.Operation, "object", e.Object,
			"outcome", e.Outcome, "request", e.RequestID, "error", err)
	}
}

const auditTimeout = 10 * time.Second

// FlushAudit enters what waited for the store.
func (c *Control) FlushAudit(ctx context.Context) error { return c.late.append(ctx, c.auditLog()) }

// auditLog is nil while the store is away.
func (c *Control) auditLog() audit.Log {
	if s := c.o.Store(); s != nil {
		return s.Audit()
	}
	return nil
}

// requestID is what callers may name their requests by.
var requestID = regexp.MustCompile(`^[A-Za-z0-9._:/+=-]{1,100}$`)

// named sees to it that a request has an id, and tells it.
func named(w http.ResponseWriter, r *http.Request) {
	id := r.Header.Get("X-Request-Id")
	if !requestID.MatchString(id) {
		id = strings.ToLower(rand.Text())
		r.Header.Set("X-Request-Id", id)
	}
	w.Header().Set("X-Request-Id", id)
}

func shortened(path string) string {
	const longest = 500
	return strings.ToValidUTF8(strings.ReplaceAll(path[:min(len(path), longest)], "\x00", ""), "?")
}

// heldAnswer is an answer that waits until it is in the audit: when it is whole, or with its
// first flush, behind which it leaves as it comes.
type heldAnswer struct {
	to     http.ResponseWriter
	enter  func()
	status int
	body   bytes.Buffer
	left   bool
}

// Header implements http.ResponseWriter.
func (a *heldAnswer) Header() http.Header { return a.to.Header() }

// WriteHeader implements http.ResponseWriter.
func (a *heldAnswer) WriteHeader(status int) {
	if !a.left {
		a.status = status
	}
}

// Write implements http.ResponseWriter.
func (a *heldAnswer) Write(p []byte) (int, error) {
	if a.left {
		return a.to.Write(p)
	}
	return a.body.Write(p)
}

// FlushError is what an http.ResponseController flushes by.
func (a *heldAnswer) FlushError() error {
	a.leave()
	return http.NewResponseController(a.to).Flush()
}

// Unwrap is for an http.ResponseController.
func (a *heldAnswer) Unwrap() http.ResponseWriter { return a.to }

// leave enters the answer into the audit and lets it go, once.
func (a *heldAnswer) leave() {
	if a.left {
		return
	}
	a.enter()
	a.left = true
	a.to.WriteHeader(a.status)
	_, _ = a.to.Write(a.body.Bytes()) // the caller may have gone
}
