package external

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/asbru-gateway/asbru/pkg/egress"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/frame"
)

// maxAnswer bounds what a program answers with.
const maxAnswer = 16 << 20

// HTTP is the kind of plugins that are asked by a POST of each frame.
func HTTP() plugin.Kind {
	return plugin.Kind{
		Name: "http", Doc: "Asks a program over HTTP.", Subscribes: true,
		Make: func(env plugin.Env, raw json.RawMessage) (plugin.Plugin, error) {
			s, points, err := read(raw)
			if err != nil {
				return nil, err
			}
			// Whether private addresses are allowed is seen to where a connection is made.
			if s.URL == "" {
				return nil, wrong("url", "is required")
			}
			if err := egress.CheckURL(string(s.URL), true); err != nil {
				return nil, wrong("url", "%v", err)
			}
			h := &httpProgram{client: env.HTTP, url: string(s.URL), authorization: string(s.Authorization)}
			return frame.New(frame.Options{Name: env.Name, Points: points, Headers: s.Headers, Events: s.Events, Count: env.Count, Ask: h.ask, Close: h.close}), nil
		},
	}
}

type httpProgram struct {
	client             *http.Client
	url, authorization string
	circuit            circuit
}

func (h *httpProgram) ask(ctx context.Context, at plugin.Point, ask []byte) ([]byte, error) {
	if err := h.circuit.enter(time.Now()); err != nil {
		return nil, err
	}
	answer, err := h.post(ctx, at, ask)
	h.circuit.leave(err, time.Now())
	return answer, err
}

func (h *httpProgram) post(ctx context.Context, at plugin.Point, ask []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, bytes.NewReader(ask))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Asbru-Point", at.String())
	if h.authorization != "" {
		r.Header.Set("Authorization", h.authorization)
	}
	res, err := h.client.Do(r)
	if err != nil {
		var of *url.Error
		if errors.As(err, &of) { // its text has the address, which may hold a secret
			err = of.Err
		}
		return nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, err
	case res.StatusCode == http.StatusNoContent:
		return nil, nil
	case res.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("it has answered with status %d", res.StatusCode)
	case len(answer) > maxAnswer:
		return nil, fmt.Errorf("its answer is larger than %d bytes", maxAnswer)
	}
	return answer, nil
}

func (h *httpProgram) close() error {
	h.client.CloseIdleConnections()
	return nil
}
