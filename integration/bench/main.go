package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/asbru-gateway/asbru/integration/load"
)

// options are the flags.
type options struct {
	asbru       string
	rounds      int
	duration    time.Duration
	connections int
	rate        int
	only        string
	markdown    bool
	idle        bool
	streams     int
	pairs       bool
	cached      bool
}

const (
	maxRounds      = 50
	maxDuration    = 30 * time.Second
	maxConnections = 512
	maxRate        = 20_000
	maxStreams     = 5_000
	idleStarts     = 9
)

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	if len(os.Args) == 4 && os.Args[1] == bareCommand {
		exit(serveBare(ctx, os.Args[2], os.Args[3]))
	}
	var o options
	flag.StringVar(&o.asbru, "asbru", "bin/asbru", "the gateway's binary")
	flag.IntVar(&o.rounds, "rounds", 5, "rounds of each scenario")
	flag.DurationVar(&o.duration, "duration", 1500*time.Millisecond, "length of a measurement")
	flag.IntVar(&o.connections, "connections", 16, "connections of the closed loop")
	flag.IntVar(&o.rate, "rate", 3000, "requests a second of the open loop")
	flag.StringVar(&o.only, "only", "", "run only the scenarios whose name contains this")
	flag.BoolVar(&o.markdown, "markdown", false, "print Markdown")
	flag.BoolVar(&o.idle, "idle", false, "measure an idle `asbru up` instead: time to ready, memory")
	flag.IntVar(&o.streams, "streams", 0, "measure the memory of this many open streams instead")
	flag.BoolVar(&o.pairs, "pairs", false, "measure each pair of dialects instead")
	flag.BoolVar(&o.cached, "cached", false, "measure answers out of the cache instead, beside those of the provider")
	flag.Parse()
	exit(run(ctx, &o))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func (o *options) check() error {
	switch {
	case o.rounds < 1 || o.rounds > maxRounds:
		return fmt.Errorf("-rounds must be from 1 to %d", maxRounds)
	case o.duration <= 0 || o.duration > maxDuration:
		return fmt.Errorf("-duration must be up to %s", maxDuration)
	case o.connections < 1 || o.connections > maxConnections:
		return fmt.Errorf("-connections must be from 1 to %d", maxConnections)
	case o.rate < 1 || o.rate > maxRate:
		return fmt.Errorf("-rate must be from 1 to %d", maxRate)
	case o.streams < 0 || o.streams > maxStreams:
		return fmt.Errorf("-streams must be up to %d", maxStreams)
	}
	return nil
}

func run(ctx context.Context, o *options) (err error) {
	if err := o.check(); err != nil {
		return err
	}
	if o.asbru, err = filepath.Abs(o.asbru); err != nil {
		return err
	}
	if _, err := os.Stat(o.asbru); err != nil {
		return fmt.Errorf("the gateway is not built (make build): %w", err)
	}
	dir, err := os.MkdirTemp("", "asbru-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	if o.idle {
		r, err := measureIdle(ctx, o.asbru, dir, idleStarts)
		if err != nil {
			return err
		}
		r.print(os.Stdout)
		return nil
	}
	l, err := startLane(ctx, o.asbru, dir, o.cached)
	if err != nil {
		return err
	}
	defer l.stop()
	if o.streams > 0 {
		rs, err := measureStreams(ctx, l, o.streams)
		if err != nil {
			return err
		}
		printStreams(os.Stdout, o.streams, rs)
		return nil
	}
	if o.pairs {
		t, err := measurePairs(ctx, o, l)
		if err != nil {
			return err
		}
		printPairs(os.Stdout, o, t)
		return nil
	}
	if o.cached {
		r, err := measureCache(ctx, o, l)
		if err != nil {
			return err
		}
		printCache(os.Stdout, o, r)
		return nil
	}
	return runScenarios(ctx, o, l)
}

// runScenarios runs the default suite and prints its tables.
func runScenarios(ctx context.Context, o *options, l *lane) error {
	r := report{load: load.Busy()}
	for _, sc := range scenarios(o.only) {
		fmt.Fprintf(os.Stderr, "%s …\n", sc.name)
		res, err := measureCPU(ctx, o, l, sc)
		if err != nil {
			return fmt.Errorf("%s: %w", sc.name, err)
		}
		r.cpu = append(r.cpu, res)
	}
	if o.only == "" || o.only == openLoopName {
		fmt.Fprintf(os.Stderr, "%s …\n", openLoopName)
		res, err := measureLatency(ctx, o, l)
		if err != nil {
			return fmt.Errorf("%s: %w", openLoopName, err)
		}
		r.latency = res
	}
	r.print(os.Stdout, o)
	return nil
}
