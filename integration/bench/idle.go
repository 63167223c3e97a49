package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"time"

	"github.com/asbru-gateway/asbru/integration/load"
)

// settle is how long a process is left alone before its memory is read.
const settle = 2 * time.Second

// idleResult is what `asbru up` costs before anyone uses it, a value per start.
type idleResult struct {
	readyMillis, residentMB []float64
}

// measureIdle starts the gateway without a configuration n times, each in a data
// directory of its own.
func measureIdle(ctx context.Context, asbru, dir string, n int) (*idleResult, error) {
	r := &idleResult{}
	for i := range n {
		addr, err := load.FreeAddr()
		if err != nil {
			return nil, err
		}
		name := "up" + strconv.Itoa(i)
		p, err := load.Start(dir, name, addr, asbru, "up", "--listen", addr, "--data-dir", filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		took, resident, err := idleOnce(ctx, p)
		p.Stop()
		if err != nil {
			return nil, err
		}
		r.readyMillis = append(r.readyMillis, float64(took.Microseconds())/1000)
		r.residentMB = append(r.residentMB, float64(resident)/(1<<20))
	}
	return r, nil
}

func idleOnce(ctx context.Context, p *load.Process) (took time.Duration, resident int64, err error) {
	if took, err = p.Ready(ctx, "/readyz"); err != nil {
		return 0, 0, err
	}
	if err := rest(ctx, settle); err != nil {
		return 0, 0, err
	}
	resident, err = p.RSS()
	return took, resident, err
}

func rest(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (r *idleResult) print(w io.Writer) {
	ready, mem := load.SpreadOf(r.readyMillis), load.SpreadOf(r.residentMB)
	fmt.Fprintf(w, "`asbru up` without configuration, %d starts: median (least to most)\n", len(r.readyMillis))
	fmt.Fprintf(w, "start to ready   %.1f ms (%.1f to %.1f)\n", ready.Median, ready.Min, ready.Max)
	fmt.Fprintf(w, "resident, idle   %.1f MB (%.1f to %.1f)\n", mem.Median, mem.Min, mem.Max)
}
