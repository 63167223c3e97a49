package maxim

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink"
)

// workspace is a target that is a workspace of Maxim.
type workspace struct {
	client     *http.Client
	address    string
	key        config.Secret
	repository string // where the caller names none
}

// Send implements sink.Target.
func (w *workspace) Send(ctx context.Context, lines [][]byte) error {
	bodies := map[string][]byte{} // by repository
	for _, line := range lines {
		r, err := sink.Read(line)
		if err != nil {
			return sink.Permanent(err)
		}
		if to := cmp.Or(r.Headers[repositoryHeader], w.repository); to != "" {
			bodies[to] = appendCall(bodies[to], r)
		}
	}
	var again, never error // what callers name may not be there: that must not keep others from another try
	for _, to := range slices.Sorted(maps.Keys(bodies)) {
		if err := w.post(ctx, to, bodies[to]); sink.IsPermanent(err) {
			never = err
		} else if err != nil {
			again = err
		}
	}
	if again != nil {
		return again
	}
	return never
}

func (w *workspace) post(ctx context.Context, repository string, body []byte) error {
	r, err := sink.Post(ctx, w.address+url.QueryEscape(repository), "application/json", body)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("x-maxim-api-key", w.key.Reveal())
	answer, err := sink.Do(w.client, r)
	if err != nil {
		return err
	}
	var told struct {
		Error json.RawMessage `json:"error"`
	}
	if json.Unmarshal(answer, &told) == nil && len(told.Error) > 0 && string(told.Error) != "null" {
		return sink.Permanent(errors.New("it has answered with an error"))
	}
	return nil
}

func (w *workspace) close() error {
	w.client.CloseIdleConnections()
	return nil
}
