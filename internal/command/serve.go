package command

import (
	"context"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/edge"
	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/valyala/fasthttp"
)

// serveOptions are how a node is reached, and how it leaves.
type serveOptions struct {
	listen, opsListen string
	// adminToken guards the profiles of --ops-listen; "" leaves them out.
	adminToken               string
	drainTimeout, drainGrace time.Duration
}

// serve runs the node until ctx ends, control asks it to drain or something fails,
// then drains it. begin starts what ties it to the cluster, while the node serves
// already; that ends after the drain, so that what the last calls have used is still
// told.
func (n *node) serve(ctx context.Context, o serveOptions, begin func(context.Context, *sync.WaitGroup) error) error {
	ctx, done, err := member.UntilDrain(ctx, n.conn, n.name)
	if err != nil {
		return err
	}
	defer done()
	ln, err := edge.Listen(ctx, o.listen)
	if err != nil {
		return err
	}
	n.address = addressOf(ln.Addr(), n.first.Server.TLSCertFile != "")
	var running, tied sync.WaitGroup
	ties, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer func() {
		cut()
		tied.Wait()
	}()
	n.log.Info("ready", "address", ln.Addr().String(), "providers", n.gateway.Providers(), "version", n.version)

	defer running.Wait()
	failed := make(chan error, 3)
	running.Go(func() { failed <- n.edge.Serve(ln) })
	running.Go(func() {
		if err := begin(ties, &tied); err != nil && ties.Err() == nil {
			failed <- err
		}
	})
	if o.opsListen != "" {
		handler := n.edge.OpsHandler()
		if o.adminToken != "" {
			handler = withProfiles(o.adminToken, handler)
		}
		ops := &fasthttp.Server{Handler: handler, NoDefaultServerHeader: true, ReadTimeout: 10 * time.Second}
		running.Go(func() { failed <- ops.ListenAndServe(o.opsListen) })
		defer ops.Shutdown() //nolint:errcheck // the process ends here
	}
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	n.drain(o.drainTimeout, o.drainGrace)
	return err
}
