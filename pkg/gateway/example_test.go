package gateway_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/provider"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// newGateway makes a gateway over the built-in mock, as the examples need one
// that answers everywhere. With real providers, name them and their keys:
//
//	cfg.Providers = map[string]config.Provider{"openai": {
//		Keys: []config.Key{{Value: config.Secret(os.Getenv("OPENAI_API_KEY")), Weight: 1}},
//	}}
func newGateway(o gateway.Options) (*gateway.Gateway, func()) {
	server := mock.New(mock.Options{})
	cfg := config.Default()
	cfg.Providers = map[string]config.Provider{"mock": {}}
	off := false
	cfg.Client.EnableLogging = &off
	o.Known = map[string]gateway.Reach{"mock": {Dial: server.Dial}}
	g, err := gateway.New(context.Background(), cfg, o)
	if err != nil {
		log.Fatal(err)
	}
	return g, func() {
		g.Close()
		server.Close()
	}
}

// hello is a conversation of one message.
var hello = []api.Message{{Role: api.RoleUser, Parts: []api.Part{{Kind: api.PartText, Text: "Hello"}}}}

func ExampleGateway_Chat() {
	g, done := newGateway(gateway.Options{})
	defer done()
	res, err := g.Chat(context.Background(), &api.Request{Model: "mock/demo", Messages: hello})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.Choices[0].Parts[0].Text)
	// Output: You said: Hello
}

func ExampleGateway_Stream() {
	g, done := newGateway(gateway.Options{})
	defer done()
	req := &api.Request{Model: "mock/demo", Messages: hello}
	for ev, err := range g.Stream(context.Background(), req) {
		if err != nil {
			fmt.Println(err)
			return
		}
		switch ev.Kind {
		case api.EventDelta:
			fmt.Print(ev.Text)
		case api.EventEnd:
			fmt.Println()
		}
	}
	// Output: You said: Hello
}

func ExampleGateway_Embed() {
	g, done := newGateway(gateway.Options{})
	defer done()
	res, err := g.Embed(context.Background(), &api.Request{
		Model:     "mock/embedding",
		Inputs:    []api.Input{{Text: "one"}, {Text: "two"}},
		Embedding: api.EmbeddingOptions{Dimensions: api.Some[int64](8)},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(res.Embeddings), len(res.Embeddings[0]))
	// Output: 2 8
}

func ExampleGateway_Raw() {
	g, done := newGateway(gateway.Options{})
	defer done()
	body := []byte(`{"model":"mock/demo","max_tokens":64,"messages":[{"role":"user","content":"Hello"}]}`)
	answer, err := g.Raw(context.Background(), "anthropic", api.OpChat, body)
	if err != nil {
		fmt.Println(err)
		return
	}
	var message struct{ Content []struct{ Text string } }
	if err := json.Unmarshal(answer, &message); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(message.Content[0].Text)
	// Output: You said: Hello
}

// A program can bring providers of its own along: here one that speaks OpenAI's
// dialect and is reached by a dial function.
func ExampleRegistration() {
	server := mock.New(mock.Options{})
	defer server.Close()
	base, _ := provider.ByName("openai")
	own := provider.Custom("house", base)
	own.BaseURL, own.KeyLess = "http://house.invalid", true
	g, done := newGateway(gateway.Options{
		Providers: []gateway.Registration{{Row: own, Reach: gateway.Reach{Dial: server.Dial}}},
	})
	defer done()
	res, err := g.Chat(context.Background(), &api.Request{Model: "house/llama", Messages: hello})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.Choices[0].Parts[0].Text)
	// Output: You said: Hello
}

// Hooks see each call: before it is routed, and when it is done.
func ExampleHooks() {
	g, done := newGateway(gateway.Options{Hooks: gateway.Hooks{
		Request: func(c *gateway.Call) *api.Error {
			if c.Head.Model == "mock/secret" {
				return api.Errorf(api.KindPermission, "not_here", "This model is not for you.")
			}
			return nil
		},
		Done: func(r *telemetry.Record) { fmt.Println("done:", r.Status) },
	}})
	defer done()
	_, err := g.Chat(context.Background(), &api.Request{Model: "mock/secret", Messages: hello})
	fmt.Println(err)
	_, err = g.Chat(context.Background(), &api.Request{Model: "mock/demo", Messages: hello})
	fmt.Println(err)
	// Output:
	// done: 403
	// This model is not for you.
	// done: 200
	// <nil>
}
