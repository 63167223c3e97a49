package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/nats-io/nats.go"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

// asksAtOnce is how many questions a worker answers at once.
const asksAtOnce = 256

// Serve answers the edges' questions to the programs that this node runs, until ctx ends.
func (p *Pool) Serve(ctx context.Context, conn *bus.Conn) error {
	link := conn.Overflow.NATS
	var answering sync.WaitGroup
	defer answering.Wait()
	room, asked := make(chan struct{}, asksAtOnce), &questions{}
	givenUp, err := link.Subscribe(bus.MCPGivenUp.All(), func(m *nats.Msg) {
		if values, ok := bus.MCPGivenUp.Values(m.Subject); ok {
			asked.giveUp(values[0], values[1])
		}
	})
	if err != nil {
		return fmt.Errorf("mcp: listen for questions that are given up: %w", err)
	}
	defer givenUp.Unsubscribe() //nolint:errcheck // it ends with the connection otherwise
	for name := range p.o.Commands {
		hints, err := link.QueueSubscribe(bus.MCPAsk.At(name), bus.DirectQueue, func(m *nats.Msg) {
			var q asking
			if json.Unmarshal(m.Data, &q) != nil || q.Node == "" || q.ID == "" {
				return // no node asks so
			}
			room <- struct{}{}
			life, forget := asked.add(ctx, &q)
			answering.Go(func() {
				defer func() { <-room }()
				defer forget()
				p.answer(life, link, name, &q)
			})
		})
		if err != nil {
			return fmt.Errorf("mcp: listen for questions to %s: %w", name, err)
		}
		defer hints.Unsubscribe() //nolint:errcheck // it ends with the connection otherwise
	}
	<-ctx.Done()
	return nil
}

// answer answers a question. What cannot be sent any more the asker misses, and gives up.
func (p *Pool) answer(ctx context.Context, link *nats.Conn, name string, q *asking) {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(q.Millis)*time.Millisecond)
	defer cancel()
	to := bus.MCPAnswer.At(q.Node, q.ID)
	whole, err := p.ask(ctx, name, q)
	var said *jsonrpc.Error
	switch {
	case errors.As(err, &said):
		_ = link.Publish(to, append([]byte{frameSaid}, bounded(said.Message, toolErrorMax)...))
		return
	case errors.Is(err, errTooLarge):
		_ = link.Publish(to, []byte{frameLarge})
		return
	case err != nil:
		_ = link.Publish(to, append([]byte{frameFailed}, bounded(err.Error(), toolErrorMax)...))
		return
	}
	for len(whole) > pieceBytes {
		_ = link.Publish(to, append([]byte{frameMore}, whole[:pieceBytes]...))
		whole = whole[pieceBytes:]
	}
	_ = link.Publish(to, append([]byte{frameEnd}, whole...))
}

// ask asks the program.
func (p *Pool) ask(ctx context.Context, name string, q *asking) ([]byte, error) {
	c := p.client(name)
	if c == nil {
		return nil, ErrNoServer
	}
	session, err := c.current(ctx)
	if err != nil {
		return nil, err
	}
	var answer any
	switch q.What {
	case askTools:
		answer, err = listTools(ctx, session)
	case askPing:
		err = session.Ping(ctx, nil)
	case askCall:
		params := &sdk.CallToolParams{}
		if err := json.Unmarshal(q.Params, params); err != nil {
			return nil, fmt.Errorf("decode the call: %w", err)
		}
		answer, err = session.CallTool(ctx, params)
	default:
		return nil, errors.New("the question is not understood")
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(answer)
}

// questions are those that a worker answers now. The zero value has none.
type questions struct {
	mu    sync.Mutex
	cease map[[2]string]context.CancelFunc // by who asks, and the question's id
}

// add returns a context that lasts until somebody gives the question up, or it is forgotten.
func (q *questions) add(ctx context.Context, a *asking) (_ context.Context, forget func()) {
	ctx, cancel := context.WithCancel(ctx)
	key := [2]string{a.Node, a.ID}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.cease == nil {
		q.cease = map[[2]string]context.CancelFunc{}
	}
	q.cease[key] = cancel
	return ctx, func() {
		cancel()
		q.mu.Lock()
		defer q.mu.Unlock()
		delete(q.cease, key)
	}
}

func (q *questions) giveUp(node, id string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if cancel := q.cease[[2]string{node, id}]; cancel != nil {
		cancel()
	}
}
