package loghttp

import (
	"bytes"
	"compress/gzip"
	"context"
	"net/http"

	"golang.org/x/net/http/httpguts"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink"
)

// settings are the plugin's own.
type settings struct {
	URL           config.Secret            `json:"url,omitempty" required:"true" doc:"Where batches are posted."`
	Authorization config.Secret            `json:"authorization,omitempty" doc:"What is sent in the header Authorization."`
	SendHeaders   map[string]config.Secret `json:"send_headers,omitempty" doc:"Further headers that are sent, by name."`
	Format        string                   `json:"format,omitempty" enum:"ndjson,json" default:"ndjson" doc:"ndjson: one call a line; json: a JSON array."`
	Gzip          bool                     `json:"gzip,omitempty" doc:"Whether bodies are compressed."`
	Content       bool                     `json:"content,omitempty" doc:"Whether requests and answers are sent, too."`
	MaxKB         int                      `json:"max_content_kb,omitempty" minimum:"1" maximum:"65536" default:"256" doc:"Most kilobytes of a request, and of an answer; what is larger is left out."`
	Headers       []string                 `json:"header_names,omitempty" doc:"Names of the caller's headers that are sent along."`
	Batch         sink.Batch               `json:"batch,omitempty" doc:"How calls are gathered."`
}

// Kind is the kind of plugins that post calls.
func Kind() plugin.Kind {
	return sink.Kind("log_http", "Posts finished calls to an address, as NDJSON or JSON.", func(env plugin.Env, s *settings) (sink.Parts, error) {
		if err := sink.CheckURL("url", s.URL.Reveal(), env.Private); err != nil {
			return sink.Parts{}, err
		}
		if err := sink.CheckHeaders("header_names", s.Headers); err != nil {
			return sink.Parts{}, err
		}
		for name, value := range s.SendHeaders {
			if !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value.Reveal()) {
				return sink.Parts{}, config.Fault("send_headers."+name, "is no header")
			}
		}
		p := &post{client: sink.Client(env.HTTP), settings: *s}
		return sink.Parts{Shape: sink.Shape{Content: s.Content, MaxBytes: s.MaxKB << 10, Headers: s.Headers}, Batch: s.Batch, Target: p, Close: p.close}, nil
	})
}

// post is a target that posts lines.
type post struct {
	client *http.Client
	settings
}

// Send implements sink.Target.
func (p *post) Send(ctx context.Context, lines [][]byte) error {
	kind, body := "application/x-ndjson", sink.Join(lines)
	if p.Format == "json" {
		kind = "application/json"
		body = append(append([]byte{'['}, bytes.Join(lines, []byte{','})...), ']')
	}
	if p.Gzip {
		body = compressed(body)
	}
	r, err := sink.Post(ctx, p.URL.Reveal(), kind, body)
	if err != nil {
		return err
	}
	if p.Gzip {
		r.Header.Set("Content-Encoding", "gzip")
	}
	for name, value := range p.SendHeaders {
		r.Header.Set(name, value.Reveal())
	}
	if p.Authorization != "" {
		r.Header.Set("Authorization", p.Authorization.Reveal())
	}
	_, err = sink.Do(p.client, r)
	return err
}

func compressed(body []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(body) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

func (p *post) close() error {
	p.client.CloseIdleConnections()
	return nil
}
