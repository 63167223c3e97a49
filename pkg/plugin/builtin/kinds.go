package builtin

import (
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/headers"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/mocker"
)

// Kinds are the kinds of plugins that ship with the gateway.
func Kinds() []plugin.Kind {
	return []plugin.Kind{headers.Kind(), mocker.Kind()}
}
