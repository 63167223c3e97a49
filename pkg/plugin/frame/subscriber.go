package frame

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// CheckEvents says what is wrong with a list of kinds of events.
func CheckEvents(kinds []string) error {
	for _, kind := range kinds {
		if !slices.Contains(plugin.EventKinds(), kind) {
			return fmt.Errorf("events: there is no kind %.40q; there are %q", kind, plugin.EventKinds())
		}
	}
	return nil
}

// Subscribes implements plugin.Subscriber.
func (r *remote) Subscribes() []string { return r.o.Events }

// OnClusterEvent implements plugin.Subscriber.
func (r *remote) OnClusterEvent(ctx context.Context, events []plugin.Event) *api.Error {
	told, err := json.Marshal(events)
	if err != nil {
		return r.fail(err)
	}
	o := r.begin(plugin.OnClusterEvent)
	o.Dst = put.Raw(o.Dst, "cluster_events", told)
	_, failed := r.ask(ctx, plugin.OnClusterEvent, nil, &o)
	return failed
}
