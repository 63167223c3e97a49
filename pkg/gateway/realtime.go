package gateway

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/upstream"
	"github.com/fasthttp/websocket"
)

// Realtime is a conversation with a model over a WebSocket to its provider. Messages
// pass as they are, in both directions. It holds one of the provider's slots.
type Realtime struct {
	call     *Call
	provider *websocket.Conn
	uttered  *uttered   // nil: nothing that is said is kept
	err      *api.Error // why the gateway ends it
	ended    chan struct{}
	end      sync.Once
}

const (
	// maxRealtimeMessage is the most that one message may hold.
	maxRealtimeMessage = 32 << 20
	// realtimeWrite is how long a side may take to accept a message, and
	// realtimeSilence how long it may say nothing, not even that it lives.
	realtimeWrite   = 30 * time.Second
	realtimeSilence = time.Minute
	realtimePing    = 20 * time.Second
)

// Realtime connects a call to the provider of its model. On nil it must be run and
// then ended by [Gateway.Release] of the call; on an error only that. The protocols
// are the subprotocols to ask the provider for.
func (g *Gateway) Realtime(c *Call, protocols []string) (*Realtime, *api.Error) {
	c.gateway, c.snapshot, c.began = g, g.snapshot.Load(), time.Now()
	if c.snapshot.tracing != nil {
		c.beginTrace()
	}
	r := &Realtime{call: c, ended: make(chan struct{})}
	err := r.open(protocols)
	if err != nil {
		c.failed = err
		c.settle(err.HTTPStatus())
		return nil, err
	}
	return r, nil
}

func (r *Realtime) open(protocols []string) *api.Error {
	c := r.call
	if err := c.admit(); err != nil {
		return err
	}
	if c.gateway.hooks.Request != nil {
		if err := c.gateway.hooks.Request(c); err != nil {
			return err
		}
	}
	c.Head.Stateful = true // no other provider takes up such a conversation
	if err := c.route(); err != nil {
		return err
	}
	c.deadline = c.began.Add(c.patienceOfAll())
	if err := c.reserve(); err != nil {
		return err
	}
	c.giveBack() // of tokens and money: each response counts its own
	p, model := c.candidates[0].provider, c.candidates[0].model
	var tried uint64
	for {
		c.attempts++
		err := r.dial(p, model, tried, protocols)
		p.attempts.count(err)
		if err == nil {
			p.keys.Accepted(c.exchange.key)
			return nil
		}
		err.Provider = p.Name
		if c.over() || !c.blame(p, err, &tried) || !p.hasKey(model, c, tried) {
			return err
		}
	}
}

// dial picks a key, takes a slot and connects.
func (r *Realtime) dial(p *Provider, model string, tried uint64, protocols []string) *api.Error {
	c := r.call
	x := &c.exchange
	c.drop()
	*x = exchange{provider: p, key: -1, began: time.Now()}
	x.speech, _ = p.speak(c.In, &c.Head, model)
	cred, err := c.pick(p, model, tried)
	if err != nil {
		return err
	}
	cred = c.movedFor(cred)
	if err := c.slot(p); err != nil {
		return err
	}
	c.asked()
	request, err := c.handshake(p, cred, cred.upstreamModel(model))
	if err != nil {
		return err
	}
	dialer := websocket.Dialer{
		NetDialContext:   func(ctx context.Context, _, _ string) (net.Conn, error) { return cred.origin.Dial(ctx) },
		HandshakeTimeout: time.Until(c.attemptDeadline(p)),
		Subprotocols:     protocols,
	}
	conn, answer, dialErr := dialer.Dial(request.URL.String(), request.Header)
	if answer != nil {
		defer answer.Body.Close()
	}
	if dialErr == nil {
		conn.SetReadLimit(maxRealtimeMessage)
		r.provider = conn
		return nil
	}
	if errors.Is(dialErr, websocket.ErrBadHandshake) && answer != nil {
		body, _ := io.ReadAll(io.LimitReader(answer.Body, maxErrorBytes)) // what came of it will do
		return refusedHandshake(answer, body)
	}
	return api.Errorf(api.KindUnavailable, "provider_unreachable", "No connection to the provider could be made.")
}

// refusedHandshake is the error of a provider that answers and opens no WebSocket.
func refusedHandshake(answer *http.Response, body []byte) *api.Error {
	if answer.StatusCode < 400 {
		err := api.Errorf(api.KindUnavailable, "provider_bad_answer", "The provider answered with status %d, which opens no WebSocket.", answer.StatusCode)
		err.Sent = api.SentYes
		return err
	}
	err := codecs.OpenAI.DecodeError(answer.StatusCode, body)
	err.Sent = api.SentYes
	return err
}

// handshake is the request for the WebSocket: its address and header fields, of which
// the dialer makes its own.
func (c *Call) handshake(p *Provider, cred *credential, model string) (*http.Request, *api.Error) {
	if cred.path != nil {
		c.path = cred.path(c.path[:0], api.OpRealtime, model, true)
	} else {
		c.path = c.exchange.speech.codec.AppendPath(append(c.path[:0], c.exchange.speech.version...), api.OpRealtime, model, true)
	}
	b := cred.origin.AppendStart(c.wire[:0], http.MethodGet, c.path)
	start := len(b)
	b = append(b, cred.head...)
	if cred.direct {
		b = p.appendAuth(b, c.directKey())
	} else if cred.signer != nil {
		var err error
		if b, err = c.signWith(cred, b, http.MethodGet, b[:start]); err != nil {
			return nil, c.unsigned(p, cred, err)
		}
	}
	c.exchange.raw = true // what the caller's header says holds for the provider, too
	c.wire = append(c.appendForwarded(b, p), '\r', '\n')
	request, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(c.wire)))
	if err != nil {
		return nil, api.Errorf(api.KindInternal, "internal_error", "The request to the provider could not be made.")
	}
	request.URL.Scheme, request.URL.Host = "ws", cred.origin.Host() // TLS, where there is any, is below
	request.Header.Del("Host")
	return request, nil
}

// Drop ends a conversation that was never run.
func (r *Realtime) Drop() {
	_ = r.provider.Close()
	r.call.settle(api.Errorf(api.KindCanceled, "", "").HTTPStatus())
}

// Run passes messages between the caller and the provider until one of them leaves,
// the gateway has to end it, or cut is closed. What is held of each direction is one message: a side
// that takes none holds up the other. Neither connection is closed behind it.
func (r *Realtime) Run(caller *websocket.Conn, cut <-chan struct{}) {
	c := r.call
	c.watch()
	defer c.unwatch()
	if !c.cut.Enter(interrupted{r}) {
		r.stop(c.overBy(api.SentYes))
	}
	defer c.cut.Leave()
	var listen func([]byte) *api.Error
	if r.uttered = r.utter(); r.uttered != nil {
		listen = r.uttered.said
		defer r.uttered.take()
	}
	var passing sync.WaitGroup
	passing.Go(func() { r.pass(caller, r.provider, listen) })
	passing.Go(func() { r.pass(r.provider, caller, r.count) })
	passing.Go(func() { r.ping(caller) })
	select {
	case <-r.ended:
	case <-cut:
		r.stop(api.Errorf(api.KindOverloaded, "shutting_down", "The gateway is shutting down."))
	}
	for _, side := range []*websocket.Conn{caller, r.provider} {
		wire := side.NetConn()
		// The read that waits ends, and soon the write; of a closed connection they have.
		_ = wire.SetReadDeadline(longAgo)
		_ = wire.SetWriteDeadline(time.Now().Add(realtimeGoodbye))
	}
	passing.Wait()
	if r.err != nil {
		r.tell(caller)
		bye(r.provider, websocket.CloseGoingAway, "")
	}
	_ = r.provider.Close() // the caller's is for who opened it
	c.settle(http.StatusOK)
}

// realtimeGoodbye is how long a side has to take what it is told at the end.
const realtimeGoodbye = time.Second

// longAgo is a deadline that has passed.
var longAgo = time.Unix(1, 0)

// tell says to the caller why the gateway ends the conversation.
func (r *Realtime) tell(caller *websocket.Conn) {
	_, body := codecs.OpenAI.AppendError(nil, r.err)
	if caller.SetWriteDeadline(time.Now().Add(realtimeGoodbye)) == nil &&
		caller.WriteMessage(websocket.TextMessage, append([]byte(`{"type":"error",`), body[1:]...)) == nil {
		bye(caller, closeCode(r.err), r.err.Code)
	}
}

// interrupted is what a conversation waits on.
type interrupted struct{ *Realtime }

// Interrupt implements upstream.Interrupter.
func (i interrupted) Interrupt() {
	i.stop(api.Errorf(api.KindOverloaded, "shutting_down", "The gateway is shutting down."))
}

var _ upstream.Interrupter = interrupted{}

// stop ends the conversation, with an error where the gateway has to say why. It
// reports whether it had not been ended before.
func (r *Realtime) stop(err *api.Error) (first bool) {
	r.end.Do(func() {
		r.err, first = err, true
		close(r.ended)
	})
	return first
}

// pass carries messages from one side to the other. When a side leaves, the other
// hears how.
func (r *Realtime) pass(from, to *websocket.Conn, see func([]byte) *api.Error) {
	heard := func(string) error {
		err := from.SetReadDeadline(time.Now().Add(realtimeSilence))
		select {
		case <-r.ended: // and the deadline that says so may just have been overwritten
			return from.SetReadDeadline(longAgo)
		default:
			return err
		}
	}
	from.SetPongHandler(heard)
	_ = heard("") // fails on a closed connection only, as the read then will
	for {
		kind, message, err := from.ReadMessage()
		if err != nil {
			if r.stop(nil) { // else the other side hears from who has ended it
				leave(to, err)
			}
			return
		}
		if see != nil {
			if err := see(message); err != nil {
				r.stop(err)
				return
			}
		}
		if to.SetWriteDeadline(time.Now().Add(realtimeWrite)) != nil || to.WriteMessage(kind, message) != nil {
			r.stop(nil)
			return
		}
		_ = heard("")
	}
}

// ping asks both sides now and then whether they are still there.
func (r *Realtime) ping(caller *websocket.Conn) {
	t := time.NewTicker(realtimePing)
	defer t.Stop()
	for {
		select {
		case <-r.ended:
			return
		case <-t.C:
			for _, side := range []*websocket.Conn{caller, r.provider} {
				if side.WriteControl(websocket.PingMessage, nil, time.Now().Add(realtimeWrite)) != nil {
					r.stop(nil)
					return
				}
			}
		}
	}
}

// leave tells a side how the other has left.
func leave(to *websocket.Conn, err error) {
	if closed, ok := errors.AsType[*websocket.CloseError](err); ok && closed.Code != websocket.CloseAbnormalClosure && closed.Code != websocket.CloseTLSHandshake {
		bye(to, closed.Code, closed.Text)
		return
	}
	bye(to, websocket.CloseInternalServerErr, "the connection behind the gateway broke")
}

func bye(to *websocket.Conn, code int, reason string) {
	_ = to.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(time.Second)) // it may have gone
}

// closeCode is the code for a caller whose conversation the gateway ends.
func closeCode(err *api.Error) int {
	if err.Code == "shutting_down" {
		return websocket.CloseGoingAway
	}
	return websocket.ClosePolicyViolation
}
