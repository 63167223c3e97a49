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

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/egress"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/frame"
)

// NATS is the kind of plugins that are asked by a request over NATS: over the cluster's own,
// or over another one where they have a url. Programs answer as a queue group, so that any
// number of them share the work; where there is none, the server says so at once.
//
// Without a cluster, which is nil then, plugins that have no url can be made, and fail when
// they are asked.
func NATS(cluster *bus.Conn) plugin.Kind {
	return plugin.Kind{
		Name: "nats", Doc: "Asks a program over NATS.", Subscribes: true,
		Make: func(env plugin.Env, raw json.RawMessage) (plugin.Plugin, error) {
			s, points, err := read(raw)
			if err != nil {
				return nil, err
			}
			n := &natsProgram{}
			if n.subjects, err = subjects(env.Name, &s, points); err != nil {
				return nil, err
			}
			if s.URL == "" {
				n.wire = clusterWire{cluster}
			} else {
				n.wire = &ownWire{env: env, url: string(s.URL)}
			}
			return frame.New(frame.Options{Name: env.Name, Points: points, Headers: s.Headers, Events: s.Events, Count: env.Count, Ask: n.ask, Close: n.wire.close}), nil
		},
	}
}

// subjects are where a program is asked at each of its points.
func subjects(name string, s *settings, points frame.Points) ([]string, error) {
	switch {
	case strings.ContainsAny(s.Subject, " \t\r\n*>"):
		return nil, wrong("subject", "has blanks or wildcards")
	case bus.OfServer(s.Subject):
		return nil, wrong("subject", "belongs to NATS itself")
	case s.Subject != "" && s.URL == "" && !isHook(s.Subject):
		return nil, wrong("subject", "want %s: on the cluster's own NATS plugins reach no other subject", bus.HookAsk.Pattern)
	}
	all := make([]string, len(plugin.Points()))
	for _, at := range plugin.Points() {
		if all[at] = s.Subject; s.Subject == "" && points.Has(at) {
			all[at] = bus.HookAsk.At(at.String(), name)
		}
	}
	return all, nil
}

func isHook(subject string) bool {
	_, ok := bus.HookAsk.Values(subject)
	return ok
}

// natsProgram is a program that is asked over NATS.
type natsProgram struct {
	wire     wire
	subjects []string // by point
	circuit  circuit
}

// wire is a connection to NATS.
type wire interface {
	conn() (*nats.Conn, error)
	close() error
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
	conn, err := n.wire.conn()
	if err != nil {
		return nil, err
	}
	m, err := conn.RequestWithContext(ctx, n.subjects[at], ask)
	if err != nil {
		return nil, err
	}
	if len(m.Data) > maxAnswer {
		return nil, errors.New("its answer is too large")
	}
	return m.Data, nil
}

// clusterWire is the node's own connection, which ends with the node.
type clusterWire struct{ cluster *bus.Conn }

func (w clusterWire) conn() (*nats.Conn, error) {
	if w.cluster == nil {
		return nil, errors.New("this process is in no cluster: give a url")
	}
	return w.cluster.Overflow.NATS, nil
}

func (clusterWire) close() error { return nil }

// ownWire is a connection of the plugin's own, made when it is first needed. From then on it
// goes on trying by itself.
type ownWire struct {
	env plugin.Env
	url string

	mu     sync.Mutex
	made   *nats.Conn
	closed bool
}

func (w *ownWire) conn() (*nats.Conn, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil, errors.New("the plugin is closed")
	}
	if w.made != nil {
		return w.made, nil
	}
	var err error
	w.made, err = nats.Connect(w.url,
		nats.Name("asbru plugin "+w.env.Name), nats.MaxReconnects(-1), nats.ReconnectWait(time.Second), nats.Timeout(time.Second),
		nats.ReconnectBufSize(-1), // what is asked while there is no connection fails at once
		nats.SetCustomDialer(&net.Dialer{Timeout: time.Second, Control: egress.Control(func() bool { return w.env.Private })}))
	return w.made, err
}

func (w *ownWire) close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	if w.made != nil {
		w.made.Close()
	}
	return nil
}
