package langfuse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink"
)

// maxBody keeps bodies within what Langfuse takes, which is 3.5 MB.
const maxBody = 3 << 20

// project is a target that is a project of Langfuse.
type project struct {
	client               *http.Client
	log                  *slog.Logger
	address              string
	user                 string
	password             config.Secret
	environment, release string
}

// Send implements sink.Target.
func (p *project) Send(ctx context.Context, lines [][]byte) error {
	body := []byte(`{"batch":[`)
	start := len(body)
	for _, line := range lines {
		r, err := sink.Read(line)
		if err != nil {
			return sink.Permanent(err)
		}
		for _, e := range p.events(r) {
			one, err := json.Marshal(e)
			if err != nil {
				return sink.Permanent(err)
			}
			if len(body) > start && len(body)+len(one) > maxBody {
				if err := p.post(ctx, append(body, "]}"...)); err != nil {
					return err
				}
				body = body[:start]
			}
			if len(body) > start {
				body = append(body, ',')
			}
			body = append(body, one...)
		}
	}
	return p.post(ctx, append(body, "]}"...))
}

// post sends a body. Langfuse answers for each event; of what it refuses, only what it may
// take later is worth another try.
func (p *project) post(ctx context.Context, body []byte) error {
	r, err := sink.Post(ctx, p.address, "application/json", body)
	if err != nil {
		return err
	}
	r.SetBasicAuth(p.user, p.password.Reveal())
	answer, err := sink.Do(p.client, r)
	if err != nil {
		return err
	}
	var told struct {
		Errors []struct {
			Status int `json:"status"`
		} `json:"errors"`
	}
	if err := json.Unmarshal(answer, &told); err != nil {
		return errors.New("its answer cannot be read")
	}
	for _, e := range told.Errors {
		if e.Status == http.StatusTooManyRequests || e.Status >= 500 {
			return fmt.Errorf("it has answered with status %d for an event", e.Status)
		}
	}
	if n := len(told.Errors); n > 0 {
		p.log.Warn("Langfuse has refused events", "events", n, "status", told.Errors[0].Status)
	}
	return nil
}

func (p *project) close() error {
	p.client.CloseIdleConnections()
	return nil
}
