package command

import (
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/external"
)

// pluginKinds are the kinds of plugins that the configuration can name.
func pluginKinds() []plugin.Kind {
	return []plugin.Kind{external.HTTP(), external.NATS()}
}
