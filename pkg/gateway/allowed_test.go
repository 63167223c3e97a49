package gateway_test

import (
	"context"
	"net"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/stretchr/testify/require"
)

func TestACustomProviderIsAskedForItsAllowedRequestsOnly(t *testing.T) {
	server := mock.New(mock.Options{})
	defer server.Close()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go server.Serve(ln)
	for name, tc := range map[string]struct {
		allowed                    map[string]bool
		chat, stream, embed, count bool
	}{
		"absent":          {nil, true, true, true, true},
		"none":            {map[string]bool{}, false, false, false, false},
		"chat":            {map[string]bool{"chat_completion": true, "embedding": false}, true, false, false, true},
		"chat as streams": {map[string]bool{"chat_completion_stream": true}, false, true, false, true},
		"embeddings":      {map[string]bool{"embedding": true, "speech": true}, false, false, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config.Default()
			cfg.Providers = map[string]config.Provider{"house": {
				Network: config.Network{BaseURL: "http://" + ln.Addr().String()},
				Custom:  &config.Custom{BaseProviderType: "openai", IsKeyLess: true, AllowedRequests: tc.allowed},
			}}
			g, err := gateway.New(context.Background(), cfg, gateway.Options{})
			require.NoError(t, err)
			defer g.Close()

			_, err = g.Chat(t.Context(), &api.Request{Model: "house/m", Messages: hello})
			requireAllowed(t, tc.chat, err)
			_, err = g.CountTokens(t.Context(), &api.Request{Model: "house/m", Messages: hello})
			requireAllowed(t, tc.count, err)
			_, err = g.Embed(t.Context(), &api.Request{Model: "house/m", Inputs: []api.Input{{Text: "one"}}})
			requireAllowed(t, tc.embed, err)
			err = nil
			for _, failed := range g.Stream(t.Context(), &api.Request{Model: "house/m", Messages: hello}) {
				err = failed
			}
			requireAllowed(t, tc.stream, err)
		})
	}
}

func requireAllowed(t *testing.T, allowed bool, err error) {
	t.Helper()
	if allowed {
		require.NoError(t, err)
		return
	}
	var refused *api.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "operation_not_supported", refused.Code)
}
