package builtin

import (
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/breaker"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/headers"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/jsonrepair"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/langfuse"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/logfile"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/loghttp"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/logotlp"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/logs3"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/maxim"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/mocker"
)

// Options are what the program has for the plugins. The zero value lets none write files.
type Options struct{ Files logfile.Options }

// Kinds are the kinds of plugins that ship with the gateway.
func Kinds(o Options) []plugin.Kind {
	return []plugin.Kind{
		breaker.Kind(), headers.Kind(), jsonrepair.Kind(), langfuse.Kind(), logfile.Kind(o.Files), loghttp.Kind(), logotlp.Kind(), logs3.Kind(), maxim.Kind(), mocker.Kind(),
	}
}
