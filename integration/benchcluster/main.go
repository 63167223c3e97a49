package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/asbru-gateway/asbru/integration/load"
)

// options are the flags.
type options struct {
	asbru    string
	only     string
	short    bool
	markdown bool
}

// figure is one line of the table.
type figure struct{ what, goal, measured, how string }

// scenario measures one or a few figures.
type scenario struct {
	name string
	run  func(ctx context.Context, o *options, dir string) ([]figure, error)
}

var scenarios = []scenario{
	{"apply", measureApply},
	{"hot-key", measureHotKey},
	{"virtualkeys", measureVirtualKeys},
	{"shares", measureShares},
	{"limit", measureLimit},
	{"balancer", measureBalancer},
	{"restart", measureRestart},
	{"overflow", measureOverflow},
	{"worker-kill", measureWorkerKill},
	{"redis-kill", measureRedisKill},
	{"nats-away", measureNATSAway},
	{"ui-open", measureUIOpen},
	{"tracing", measureTracing},
}

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	var o options
	flag.StringVar(&o.asbru, "asbru", "bin/asbru", "the gateway's binary")
	flag.StringVar(&o.only, "only", "", "run only the scenarios whose name contains this")
	flag.BoolVar(&o.short, "short", false, "short forms: for trying it out, not for figures")
	flag.BoolVar(&o.markdown, "markdown", false, "print Markdown")
	flag.Parse()
	exit(run(ctx, &o))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchcluster:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func run(ctx context.Context, o *options) (err error) {
	if o.asbru, err = filepath.Abs(o.asbru); err != nil {
		return err
	}
	if _, err := os.Stat(o.asbru); err != nil {
		return fmt.Errorf("the gateway is not built (make build): %w", err)
	}
	busy := load.Busy()
	table := &load.Table{Head: []string{"scenario", "what", "goal", "figure", "how"}}
	var failed []error
	for _, s := range scenarios {
		if !strings.Contains(s.name, o.only) || ctx.Err() != nil {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s …\n", s.name)
		figures, err := inFolder(ctx, o, s)
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", s.name, err))
			figures = []figure{{what: "not measured", how: "see the errors"}}
		}
		for _, f := range figures {
			table.Rows = append(table.Rows, []string{s.name, f.what, f.goal, f.measured, f.how})
		}
	}
	fmt.Fprintf(os.Stdout, "%s; load before the run: %s\n\n", load.Machine(), busy)
	table.Print(os.Stdout, o.markdown)
	return errors.Join(append(failed, ctx.Err())...)
}

// inFolder runs a scenario in a folder of its own.
func inFolder(ctx context.Context, o *options, s scenario) (_ []figure, err error) {
	dir, err := os.MkdirTemp("", "asbru-benchcluster-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	return s.run(ctx, o, dir)
}

// of picks the length of something: the whole, or that of the short form.
func (o *options) of(whole, short time.Duration) time.Duration {
	if o.short {
		return short
	}
	return whole
}

func rest(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
