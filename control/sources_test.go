package control_test

import (
	"fmt"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/rollout"
	"github.com/stretchr/testify/require"
)

// start takes a file over, as a control does that is started with it.
func (d *desk) start(file string, locked bool) {
	d.t.Helper()
	p := rollout.NewPublisher(rollout.NewRecord(d.cluster.Connect(d.t, bus.Control, "control-with-a-file")), d.cluster.Secret)
	_, err := p.Seed(d.t.Context(), &config.Document{JSON: []byte(file)}, rollout.Origin{Author: "file", Name: "/etc/asbru.yaml", Locked: locked},
		func(*config.Document) error { return nil })
	require.NoError(d.t, err)
}

// sources are the values that are set, by their places.
func (d *desk) sources(query string) (whole map[string]any, values map[string]map[string]any) {
	d.t.Helper()
	whole = d.call(200, "GET", "/api/config/sources"+query, "")
	values = map[string]map[string]any{}
	for _, v := range whole["values"].([]any) {
		of := v.(map[string]any)
		delete(of, "time")
		values[of["path"].(string)] = of
	}
	return whole, values
}

const started = `{"client":{"enable_logging":true,"metrics_models_max":5},"providers":{"openai":{}},"server":{"listen":":1"}}`

func TestEachValueSaysWhereItComesFrom(t *testing.T) {
	d := open(t)
	empty, values := d.sources("")
	require.NotContains(t, empty, "file")
	require.Empty(t, values)

	d.start(started, false)
	d.call(200, "PATCH", "/api/config", `{"client":{"enable_logging":false,"metrics_models_max":null,"drop_excess_requests":true}}`)
	d.call(200, "PATCH", "/api/config", `{"logs":{"ignore_callers":true}}`)
	whole, values := d.sources("")
	require.EqualValues(t, 3, whole["revision"])
	require.Equal(t, map[string]any{"kind": "file", "name": "/etc/asbru.yaml", "locked": false}, whole["file"])
	require.Equal(t, []any{"server"}, whole["at_start"])
	by := func(revision float64, author string, of map[string]any) map[string]any {
		of["revision"], of["author"] = revision, author
		return of
	}
	admin := values["logs.ignore_callers"]["author"].(string)
	require.NotEmpty(t, admin)
	require.Equal(t, map[string]map[string]any{
		"client.enable_logging":       by(2, admin, map[string]any{"path": "client.enable_logging", "source": "api", "in_file": true, "locked": false}),
		"client.metrics_models_max":   by(2, admin, map[string]any{"path": "client.metrics_models_max", "source": "api", "in_file": true, "locked": false, "removed": true}),
		"client.drop_excess_requests": by(2, admin, map[string]any{"path": "client.drop_excess_requests", "source": "api", "in_file": false, "locked": false}),
		"logs.ignore_callers":         by(3, admin, map[string]any{"path": "logs.ignore_callers", "source": "api", "in_file": false, "locked": false}),
		"providers.openai":            by(1, "file", map[string]any{"path": "providers.openai", "source": "file", "in_file": true, "locked": false}),
		"server.listen":               by(1, "file", map[string]any{"path": "server.listen", "source": "file", "in_file": true, "locked": true}),
	}, values)

	d.call(200, "PATCH", "/api/config", `{"client":{"enable_logging":true}}`)
	_, values = d.sources("?section=client")
	require.Len(t, values, 3)
	require.Equal(t, "file", values["client.enable_logging"]["source"], "it is as the file has it")
	require.EqualValues(t, 4, values["client.enable_logging"]["revision"])
	require.EqualValues(t, 2, values["client.drop_excess_requests"]["revision"], "what was known before stays known")
}

func TestWhatALockedFileSetsIsChangedThereAlone(t *testing.T) {
	d := open(t)
	d.start(`{"client":{"enable_logging":false}}`, false)
	d.start(started, true)
	whole, values := d.sources("")
	require.Equal(t, true, whole["file"].(map[string]any)["locked"])
	require.Equal(t, true, values["client.enable_logging"]["locked"])

	for _, write := range [][3]string{
		{"PATCH", "/api/config", `{"client":{"enable_logging":false}}`},
		{"PATCH", "/api/config", `{"client":{"enable_logging":null}}`},
		{"PATCH", "/api/config", `{"providers":{"openai":null}}`},
		{"PUT", "/api/config", `{"providers":{"openai":{}}}`},
		{"DELETE", "/api/providers/openai", ""},
		{"POST", "/api/config/versions/1/rollback", ""},
		{"POST", "/api/apply", `{"format":"asbru/1","configuration":{"client":{"enable_logging":false}}}`},
		{"POST", "/api/apply?dry_run=true", `{"format":"asbru/1","configuration":{"client":{"enable_logging":false}}}`},
	} {
		answer := d.call(409, write[0], write[1], write[2])
		require.Equal(t, "set_by_file", code(answer), write)
		require.Contains(t, fmt.Sprint(answer), "/etc/asbru.yaml", write)
	}
	d.call(200, "PATCH", "/api/config", `{"client":{"enable_logging":true,"drop_excess_requests":true},"providers":{"openai":{"description":"x"},"mock":{}}}`)
	_, values = d.sources("?section=client")
	require.Equal(t, false, values["client.drop_excess_requests"]["locked"])

	d.start(started, false)
	d.call(200, "PATCH", "/api/config", `{"client":{"enable_logging":false}}`)
}

func TestWhatNodesReadAtTheirStartIsNotSetHere(t *testing.T) {
	d := open(t)
	d.start(started, false)
	answer := d.call(409, "PATCH", "/api/config", `{"server":{"listen":":2"}}`)
	require.Equal(t, "set_at_start", code(answer))
	require.Contains(t, fmt.Sprint(answer), "server.listen")
	require.Equal(t, "set_at_start", code(d.call(409, "PUT", "/api/config", `{"server":{"max_connections":7}}`)))
	d.call(200, "PATCH", "/api/config", `{"server":{"listen":":1"},"client":{"enable_logging":false}}`)
	d.call(200, "PUT", "/api/config", `{"client":{"enable_logging":false}}`)
}
