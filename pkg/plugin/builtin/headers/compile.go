package headers

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/template"
)

// compiled is a rule that is ready to be applied.
type compiled struct {
	providers, models []string
	wanted            []wanted
	remove            []string
	removeAll         bool
	metadata, send    []setting
}

// wanted is a header that the caller must have sent.
type wanted struct {
	name  string
	value *regexp.Regexp // nil: any
}

// setting is a name, and the value that a call has for it.
type setting struct {
	name  string
	value template.Template
}

// withheld are headers that a plugin may not send: they are about the connection, say how
// the body is to be read, or who the gateway is to the provider.
var withheld = map[string]bool{
	"host": true, "connection": true, "keep-alive": true, "te": true, "trailer": true, "transfer-encoding": true, "upgrade": true,
	"proxy-connection": true, "proxy-authorization": true, "content-length": true, "content-type": true, "content-encoding": true,
	"expect": true, "accept-encoding": true, "authorization": true, "x-api-key": true, "api-key": true, "x-goog-api-key": true, "cookie": true,
}

func compile(s *settings) ([]compiled, error) {
	all := make([]compiled, len(s.Rules))
	for i := range s.Rules {
		if err := all[i].compile(fmt.Sprintf("rules[%d]", i), &s.Rules[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (c *compiled) compile(at string, r *rule) error {
	if len(r.SetMetadata)+len(r.RemoveMetadata)+len(r.Send) == 0 {
		return config.Fault(at, "does nothing: it wants set_metadata, remove_metadata or send")
	}
	c.providers, c.models = r.Conditions.Providers, r.Conditions.Models
	if len(c.providers) > 0 && len(r.SetMetadata)+len(r.RemoveMetadata) > 0 {
		return config.Fault(at+".conditions.providers", "cannot be with metadata, which are set before a call is routed")
	}
	for _, name := range slices.Sorted(maps.Keys(r.Conditions.Headers)) {
		w := wanted{name: name}
		if expr := r.Conditions.Headers[name]; expr != "" {
			var err error
			if w.value, err = regexp.Compile(expr); err != nil {
				return config.Fault(at+".conditions.header."+name, "is no regular expression that RE2 has")
			}
		}
		c.wanted = append(c.wanted, w)
	}
	c.remove, c.removeAll = r.RemoveMetadata, slices.Contains(r.RemoveMetadata, "*")
	var err error
	if c.metadata, err = compileSettings(at+".set_metadata", r.SetMetadata, func(name string) string {
		const most = 64
		if name == "" || len(name) > most || strings.ContainsAny(name, "=,") {
			return "is no name of metadata: 1 to 64 bytes without = and ,"
		}
		return ""
	}); err != nil {
		return err
	}
	c.send, err = compileSettings(at+".send", r.Send, func(name string) string {
		lower := strings.ToLower(name)
		switch {
		case !httpguts.ValidHeaderFieldName(name):
			return "is not a header name"
		case withheld[lower], strings.HasPrefix(lower, "x-amz-"):
			return "is a header that the gateway sends itself"
		}
		return ""
	})
	return err
}

func compileSettings(at string, of map[string]string, fault func(name string) string) ([]setting, error) {
	var all []setting
	for _, name := range slices.SortedFunc(maps.Keys(of), cmp.Compare) {
		if message := fault(name); message != "" {
			return nil, config.Fault(at+"."+name, "%s", message)
		}
		value, err := template.Parse(of[name], nil)
		if err != nil {
			return nil, config.Fault(at+"."+name, "%s", err)
		}
		all = append(all, setting{name, value})
	}
	return all, nil
}
