package external

import (
	"encoding/json"
	"fmt"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin/frame"
)

// settings are a plugin's own.
type settings struct {
	URL           config.Secret `json:"url,omitempty" doc:"Where the program is: https:// for the kind http, which needs it, nats:// or tls:// for the kind nats. Absent: the cluster's own NATS."`
	Points        []string      `json:"points,omitempty" required:"true" doc:"The points that it is asked at, such as before_route."`
	Headers       []string      `json:"headers,omitempty" doc:"Names of the caller's headers that it is shown."`
	Events        []string      `json:"events,omitempty" doc:"At the point on_cluster_event: the kinds of events that it is told of (call, guardrail, budget, config, key). Absent: all."`
	Authorization config.Secret `json:"authorization,omitempty" doc:"Of the kind http: what is sent in the header Authorization."`
	Subject       string        `json:"subject,omitempty" doc:"Of the kind nats: the subject that it is asked at, of the form hook.<word>.<word> on the cluster's own NATS. Absent: hook.<point>.<name>."`
}

func read(raw json.RawMessage) (s settings, points frame.Points, err error) {
	if err := config.Decode(raw, &s); err != nil {
		return s, 0, err
	}
	points, ok := frame.Of(s.Points...)
	if !ok || points == 0 {
		return s, 0, wrong("points", "name those that the program is asked at, such as before_route")
	}
	return s, points, frame.CheckEvents(s.Events)
}

// wrong is the error of settings with a field that cannot be so.
func wrong(field, format string, args ...any) error {
	return &config.Problems{List: []config.Problem{{Path: field, Message: fmt.Sprintf(format, args...)}}}
}
