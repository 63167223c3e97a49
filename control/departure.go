package control

import (
	"context"
)

type departureKey struct{}

// WithDeparture returns a context of a request with which a handler can find out that the
// request's caller leaves: watch has a function called then, until the one that it returns is.
func WithDeparture(ctx context.Context, watch func(left func()) (stop func())) context.Context {
	return context.WithValue(ctx, departureKey{}, watch)
}

// WhileThere returns a context that ends when the request's caller leaves, as far as the server
// can tell. A change must not use it: it would be made by halves.
func WhileThere(ctx context.Context) (context.Context, context.CancelFunc) {
	watch, _ := ctx.Value(departureKey{}).(func(func()) func())
	ctx, cancel := context.WithCancel(ctx)
	if watch == nil {
		return ctx, cancel
	}
	stop := watch(cancel)
	return ctx, func() {
		stop()
		cancel()
	}
}
