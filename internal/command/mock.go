package command

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/spf13/cobra"
)

func mockCommand() *cobra.Command {
	var listen string
	var o mock.Options
	cmd := &cobra.Command{
		Use:     "mock",
		Short:   "Run a stand-in for the OpenAI, Anthropic and Gemini APIs",
		Args:    cobra.NoArgs,
		PreRunE: func(cmd *cobra.Command, _ []string) error { return fromEnvironment(cmd.Flags()) },
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGTERM, os.Interrupt)
			defer stop()
			ln, err := net.Listen("tcp", listen)
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.ErrOrStderr(), "mock APIs on", ln.Addr())
			s := mock.New(o)
			closing := context.AfterFunc(ctx, func() { _ = s.Close() }) // Serve reports what matters
			defer closing()
			return s.Serve(ln)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&listen, "listen", "127.0.0.1:9100", "address to serve on")
	flags.DurationVar(&o.Latency, "latency", 0, "time before each answer")
	flags.Float64Var(&o.ErrorRate, "error-rate", 0, "share of requests that fail, 0 to 1")
	flags.IntVar(&o.Chunks, "chunks", 0, "events of a stream (0: as many as the text has words)")
	flags.DurationVar(&o.ChunkGap, "chunk-gap", 0, "time between two events of a stream")
	return cmd
}
