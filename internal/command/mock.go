package command

import (
	"context"
	"net"

	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/spf13/cobra"
)

func mockCommand() *cobra.Command {
	var listen string
	var level, format string
	var o mock.Options
	cmd := &cobra.Command{
		Use:   "mock",
		Short: "Run a stand-in for the OpenAI, Anthropic and Gemini APIs",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, _, err := newLog(level, format)
			if err != nil {
				return err
			}
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			ln, err := net.Listen("tcp", listen)
			if err != nil {
				return err
			}
			log.Info("ready", "address", ln.Addr().String())
			s := mock.New(o)
			closing := context.AfterFunc(ctx, func() { _ = s.Close() }) // Serve reports what matters
			defer closing()
			return s.Serve(ln)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&listen, "listen", "127.0.0.1:9100", "`ADDRESS` to serve on")
	flags.DurationVar(&o.Latency, "latency", 0, "time before each answer")
	flags.Float64Var(&o.ErrorRate, "error-rate", 0, "share of requests that fail, 0 to 1")
	flags.IntVar(&o.Chunks, "chunks", 0, "events of a stream (0: as many as the text has words)")
	flags.DurationVar(&o.ChunkGap, "chunk-gap", 0, "time between two events of a stream")
	logFlags(flags, &level, &format)
	return withEnvironment(cmd)
}
