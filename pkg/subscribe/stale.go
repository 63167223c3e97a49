package subscribe

import (
	"context"
	"errors"
	"slices"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

// stale are the consumers of plugins that there may not be any more, by stream.
type stale map[*bus.Stream][]string

// consumers are those of all plugins.
func (f *Feeder) consumers(ctx context.Context) (stale, error) {
	found := stale{}
	for _, from := range sources {
		names, err := bus.Subscribed(ctx, f.o.Conn, from.stream)
		if err != nil {
			return nil, err
		}
		found[from.stream] = names
	}
	return found, nil
}

// spare leaves a plugin's consumers for these events alone.
func (s stale) spare(name string, of []source) {
	for _, from := range of {
		consumer := bus.Subscription(from.stream, name, 0).Name
		s[from.stream] = slices.DeleteFunc(s[from.stream], func(have string) bool { return have == consumer })
	}
}

// remove takes them away.
func (s stale) remove(ctx context.Context, conn *bus.Conn) error {
	var failed []error
	for stream, names := range s {
		for _, name := range names {
			failed = append(failed, bus.Unsubscribe(ctx, conn, stream, name))
		}
	}
	return errors.Join(failed...)
}
