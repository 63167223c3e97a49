package sink

import (
	"encoding/json"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// Parts are what a sink is made of.
type Parts struct {
	Shape  Shape
	Batch  Batch
	Target Target
	Close  func() error // as [New] has it
}

// Kind is the kind of plugins that are sinks with settings of the type S, of which parts makes one.
func Kind[S any](name, doc string, parts func(plugin.Env, *S) (Parts, error)) plugin.Kind {
	var none S
	return plugin.Kind{Name: name, Doc: doc, Settings: none, Make: func(env plugin.Env, raw json.RawMessage) (plugin.Plugin, error) {
		var s S
		if err := config.Decode(raw, &s); err != nil {
			return nil, err
		}
		p, err := parts(env, &s)
		if err != nil {
			return nil, err
		}
		return New(env, p.Shape, p.Batch, p.Target, p.Close), nil
	}}
}
