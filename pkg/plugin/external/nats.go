package external

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/asbru-gateway/asbru/pkg/egress"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/frame"
)

// NATS is the kind of plugins that are asked by a request over NATS. Programs answer as a
// queue group, so that any number of them share the work; where there is none, the server
// says so at once.
func NATS() plugin.Kind {
	return plugin.Kind{
		Name: "nats", Doc: "Asks a program over NATS.", Subscribes: true,
		Make: func(env plugin.Env, raw json.RawMessage) (plugin.Plugin, error) {
			s, points, err := read(raw)
			if err != nil {
				return nil, err
			}
			if strings.ContainsAny(s.Queue+env.Name, " \t\r\n*>") {
				return nil, errors.New("the subject, or the plugin's name in it, has blanks or wildcards")
			}
			n := &natsProgram{env: env, url: string(s.URL), subject: s.Queue}
			return frame.New(frame.Options{Name: env.Name, Points: points, Headers: s.Headers, Events: s.Events, Count: env.Count, Ask: n.ask, Close: n.close}), nil
		},
	}
}

type natsProgram struct {
	env          plugin.Env
	url, subject string
	circuit      circuit

	mu     sync.Mutex
	conn   *nats.Conn // nil until it is first needed
	closed bool
}

func (n *natsProgram) ask(ctx context.Context, at plugin.Point, ask []byte) ([]byte, error) {
	if err := n.circuit.enter(time.Now()); err != nil {
		return nil, err
	}
	answer, err := n.request(ctx, at, ask)
	n.circuit.leave(err, time.Now())
	return answer, err
}

func (n *natsProgram) request(ctx context.Context, at plugin.Point, ask []byte) ([]byte, error) {
	conn, err := n.connected()
	if err != nil {
		return nil, err
	}
	subject := n.subject
	if subject == "" {
		subject = "hook." + at.String() + "." + n.env.Name
	}
	m, err := conn.RequestWithContext(ctx, subject, ask)
	if err != nil {
		return nil, err
	}
	if len(m.Data) > maxAnswer {
		return nil, errors.New("its answer is too large")
	}
	return m.Data, nil
}

// connected returns the connection, which goes on trying by itself once it is made.
func (n *natsProgram) connected() (*nats.Conn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return nil, errors.New("the plugin is closed")
	}
	if n.conn != nil {
		return n.conn, nil
	}
	var err error
	n.conn, err = nats.Connect(n.url,
		nats.Name("asbru plugin "+n.env.Name), nats.MaxReconnects(-1), nats.ReconnectWait(time.Second), nats.Timeout(time.Second),
		nats.ReconnectBufSize(-1), // what is asked while there is no connection fails at once
		nats.SetCustomDialer(&net.Dialer{Timeout: time.Second, Control: egress.Control(func() bool { return n.env.Private })}))
	return n.conn, err
}

func (n *natsProgram) close() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.closed = true
	if n.conn != nil {
		n.conn.Close()
	}
	return nil
}
