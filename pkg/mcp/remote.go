package mcp

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/nats-io/nats.go"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

// What is asked of a worker that runs a program.
const (
	askTools = "tools"
	askPing  = "ping"
	askCall  = "call"
)

// asking is a message to a worker.
type asking struct {
	Node   string          `json:"node"`
	ID     string          `json:"id"`
	What   string          `json:"what"`
	Params json.RawMessage `json:"params,omitempty"`
	Millis int64           `json:"millis"` // until nobody waits any more
}

// The first byte of each message that a worker answers with.
const (
	frameMore   = 'm' // a piece of the answer
	frameEnd    = 'e' // its last piece
	frameSaid   = 's' // what the program's error says
	frameFailed = 'f' // the program could not be asked
	frameLarge  = 'l' // it has answered too much
)

// pieceBytes is the size of a piece of an answer.
const pieceBytes = 512 << 10

// Remote reaches programs that workers run.
type Remote struct {
	conn *bus.Conn
	node string
}

// NewRemote returns what reaches workers from a node.
func NewRemote(c *bus.Conn, node string) *Remote { return &Remote{c, node} }

// remoteSession is a session with a program that some worker runs. Each question goes to
// any worker that runs one.
type remoteSession struct {
	remote *Remote
	client string
	most   int
	gone   chan struct{}
	once   sync.Once
}

// Tools asks for the tools of the program.
func (s *remoteSession) Tools(ctx context.Context, _ *sdk.ListToolsParams) iter.Seq2[*sdk.Tool, error] {
	return func(yield func(*sdk.Tool, error) bool) {
		var tools []*sdk.Tool
		if err := s.ask(ctx, askTools, nil, &tools); err != nil {
			yield(nil, err)
			return
		}
		for _, t := range tools {
			if !yield(t, nil) {
				return
			}
		}
	}
}

// Ping asks whether the program is there.
func (s *remoteSession) Ping(ctx context.Context, _ *sdk.PingParams) error {
	return s.ask(ctx, askPing, nil, nil)
}

// CallTool has the program run a tool.
func (s *remoteSession) CallTool(ctx context.Context, params *sdk.CallToolParams) (*sdk.CallToolResult, error) {
	text, err := json.Marshal(params)
	if err != nil {
		return nil, fmt.Errorf("encode the call: %w", err)
	}
	result := &sdk.CallToolResult{}
	return result, s.ask(ctx, askCall, text, result)
}

// Wait returns when no worker runs the program any more, or the session is closed.
func (s *remoteSession) Wait() error {
	<-s.gone
	return nil
}

// Close ends the session.
func (s *remoteSession) Close() error {
	s.once.Do(func() { close(s.gone) })
	return nil
}

// ask sends a question and reads the answer into v.
func (s *remoteSession) ask(ctx context.Context, what string, params json.RawMessage, v any) error {
	end, ok := ctx.Deadline()
	if !ok {
		end = time.Now().Add(connectTimeout)
	}
	q := asking{Node: s.remote.node, ID: rand.Text(), What: what, Params: params, Millis: time.Until(end).Milliseconds()}
	text, err := json.Marshal(q)
	if err != nil {
		return fmt.Errorf("encode the question: %w", err)
	}
	link := s.remote.conn.Overflow.NATS
	reply := bus.MCPAnswer.At(q.Node, q.ID)
	answers, err := link.SubscribeSync(reply)
	if err != nil {
		return fmt.Errorf("listen for the answer: %w", err)
	}
	defer answers.Unsubscribe() //nolint:errcheck // it ends with the connection otherwise
	if err := link.PublishRequest(bus.MCPAsk.At(s.client), reply, text); err != nil {
		return fmt.Errorf("ask a worker: %w", err)
	}
	whole, err := s.collect(ctx, answers)
	if err != nil && ctx.Err() != nil {
		_ = link.Publish(bus.MCPGivenUp.At(q.Node, q.ID), nil) // else it ends when its time is up
	}
	if err != nil || v == nil {
		return err
	}
	return json.Unmarshal(whole, v)
}

func (s *remoteSession) collect(ctx context.Context, answers *nats.Subscription) ([]byte, error) {
	var whole bytes.Buffer
	for {
		m, err := answers.NextMsgWithContext(ctx)
		switch {
		case errors.Is(err, nats.ErrNoResponders), err == nil && len(m.Data) == 0:
			_ = s.Close() // it never fails
			return nil, errNoCommand
		case err != nil:
			return nil, err
		}
		kind, piece := m.Data[0], m.Data[1:]
		switch kind {
		case frameSaid:
			return nil, &jsonrpc.Error{Code: jsonrpc.CodeInternalError, Message: string(piece)}
		case frameLarge:
			return nil, errTooLarge
		case frameFailed:
			return nil, errors.New(string(piece))
		}
		if whole.Len()+len(piece) > s.most {
			if n := noteOf(ctx); n != nil {
				n.exceeded()
			}
			return nil, errTooLarge
		}
		whole.Write(piece)
		if kind == frameEnd {
			return whole.Bytes(), nil
		}
	}
}
