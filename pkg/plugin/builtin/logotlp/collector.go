package logotlp

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink"
)

// collector is a target that takes OTLP.
type collector struct {
	client           *http.Client
	log              *slog.Logger
	address, service string
	headers          map[string]config.Secret
}

// Send implements sink.Target.
func (c *collector) Send(ctx context.Context, lines [][]byte) error {
	records := make([]record, 0, len(lines))
	for _, line := range lines {
		r, err := recordOf(line)
		if err != nil {
			return sink.Permanent(err)
		}
		records = append(records, r)
	}
	body, err := json.Marshal(map[string]any{"resourceLogs": []any{map[string]any{
		"resource":  map[string]any{"attributes": []attribute{text("service.name", c.service)}},
		"scopeLogs": []any{map[string]any{"scope": map[string]any{"name": "github.com/asbru-gateway/asbru"}, "logRecords": records}},
	}}})
	if err != nil {
		return sink.Permanent(err)
	}
	r, err := sink.Post(ctx, c.address, "application/json", body)
	if err != nil {
		return err
	}
	for name, value := range c.headers {
		r.Header.Set(name, value.Reveal())
	}
	answer, err := sink.Do(c.client, r)
	if err != nil {
		return err
	}
	var told struct {
		Partial struct {
			Rejected json.Number `json:"rejectedLogRecords"`
		} `json:"partialSuccess"`
	}
	if json.Unmarshal(answer, &told) == nil && told.Partial.Rejected != "" && told.Partial.Rejected != "0" {
		c.log.Warn("the collector has refused log records", "records", told.Partial.Rejected)
	}
	return nil
}

func (c *collector) close() error {
	c.client.CloseIdleConnections()
	return nil
}
