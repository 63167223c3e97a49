package control

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/fasthttp/websocket"
	"github.com/valyala/fasthttp"
)

// LivePath is where the WebSocket is.
const LivePath = "/ws"

const (
	liveWrite = 10 * time.Second // how long one may take to accept a message
	livePing  = 20 * time.Second
	livePong  = time.Minute // how long one may be silent
	liveFor   = time.Hour   // then it has to come anew
	liveReads = 16 << 10    // the most that a message to us may hold
)

// Serve answers a request for the WebSocket: native fasthttp, since the adaptor of the admin
// API cannot hand its connection on.
func (l *Live) Serve(ctx *fasthttp.RequestCtx) {
	caller, err := l.callerOf(ctx)
	if err == nil {
		err = permits(caller, "list-logs")
	}
	if err != nil {
		refuseLive(ctx, err)
		return
	}
	up := websocket.FastHTTPUpgrader{
		CheckOrigin: func(*fasthttp.RequestCtx) bool { return true }, // it has been
		Error: func(ctx *fasthttp.RequestCtx, status int, reason error) {
			refuseLive(ctx, refuse(status, "invalid_upgrade", "The request is no valid WebSocket handshake: "+reason.Error()))
		},
	}
	_ = up.Upgrade(ctx, func(conn *websocket.Conn) { // what is wrong with a handshake has been answered
		k := newLooker(caller)
		if err := l.enter(k); err != nil {
			bid(conn, farewell{websocket.CloseTryAgainLater, "Nothing is told live at the moment."})
			return
		}
		defer l.leave(k)
		k.serve(conn, l.ask)
	})
}

// callerOf finds out who asks: by a ticket in the query, else as for any request.
func (l *Live) callerOf(ctx *fasthttp.RequestCtx) (account.Caller, error) {
	if !ctx.Request.Header.ConnectionUpgrade() {
		return account.Caller{}, refuse(http.StatusUpgradeRequired, "upgrade_required", "This path is a WebSocket: ask with Connection: Upgrade.")
	}
	origin, host := string(ctx.Request.Header.Peek("Origin")), string(ctx.Host())
	bounded, cancel := context.WithTimeout(context.Background(), liveWrite)
	defer cancel()
	if ticket := string(ctx.QueryArgs().Peek("ticket")); ticket != "" {
		return l.control.RedeemTicket(bounded, ticket, origin, host)
	}
	if origin != "" && !sameOrigin(origin, host) {
		return account.Caller{}, refuse(http.StatusForbidden, "origin_not_allowed", "Pages of other origins may not call the admin API.")
	}
	r, err := http.NewRequestWithContext(bounded, http.MethodGet, LivePath, nil)
	if err != nil {
		return account.Caller{}, err
	}
	// A cookie does not count here: a browser sends it along from anywhere.
	r.Header.Set("Authorization", string(ctx.Request.Header.Peek("Authorization")))
	return l.control.identify(r)
}

func refuseLive(ctx *fasthttp.RequestCtx, err error) {
	var known *Error
	if !errors.As(err, &known) {
		known = refuse(http.StatusServiceUnavailable, "unavailable", "Who asks cannot be found out at the moment.")
	}
	ctx.SetStatusCode(known.status)
	ctx.SetContentType("application/json")
	ctx.SetBody(mustJSON(known))
}

// serve tells one who looks on until it leaves or is sent away.
func (k *looker) serve(conn *websocket.Conn, ask func(*looker, *liveAsked)) {
	conn.SetReadLimit(liveReads)
	heard := func(string) error { return conn.SetReadDeadline(time.Now().Add(livePong)) }
	conn.SetPongHandler(heard)
	_ = heard("") // fails on a closed connection only, as the read then will
	left := make(chan struct{})
	go func() {
		defer close(left)
		k.read(conn, ask)
	}()
	k.write(conn, left)
	_ = conn.SetReadDeadline(time.Unix(1, 0)) // ends the read
	<-left
}

// read hands on what is asked for.
func (k *looker) read(conn *websocket.Conn, ask func(*looker, *liveAsked)) {
	for {
		_, text, err := conn.ReadMessage()
		if err != nil {
			return
		}
		var asked liveAsked
		if err := json.Unmarshal(text, &asked); err != nil {
			k.put([]byte(`{"type":"error","message":"A message must be JSON: {\"subscribe\":[…],\"filter\":{…},\"max_per_second\":50}"}`))
			continue
		}
		ask(k, &asked)
	}
}

// skippedEvent says how many messages were lost, since they were not read in time.
type skippedEvent struct {
	Type  string `json:"type"`
	Count int    `json:"count"`
}

func (k *looker) write(conn *websocket.Conn, left <-chan struct{}) {
	ping, end := time.NewTicker(livePing), time.NewTimer(liveFor)
	defer ping.Stop()
	defer end.Stop()
	for {
		select {
		case <-k.ready:
		case <-ping.C:
			if conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(liveWrite)) != nil {
				return
			}
		case <-end.C:
			bid(conn, timeIsUp)
			return
		case why := <-k.gone:
			bid(conn, why)
			return
		case <-left:
			return
		}
		waiting, skipped := k.take()
		if skipped > 0 {
			waiting = append([][]byte{mustJSON(skippedEvent{"skipped", skipped})}, waiting...)
		}
		for _, text := range waiting {
			_ = conn.SetWriteDeadline(time.Now().Add(liveWrite)) // fails on a closed connection only, as the write then will
			if conn.WriteMessage(websocket.TextMessage, text) != nil {
				return
			}
		}
	}
}

// bid says farewell to one who looks on, who may have gone.
func bid(conn *websocket.Conn, why farewell) {
	_ = conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(why.code, why.reason), time.Now().Add(time.Second))
}
