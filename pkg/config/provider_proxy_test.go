package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAProviderHasTheProxyOfAllUnlessItSaysOtherwise(t *testing.T) {
	off := false
	all := Proxy{Type: "http", URL: "http://all:1"}
	for name, c := range map[string]struct{ own, all, want Proxy }{
		"none at all":                {Proxy{}, Proxy{}, Proxy{}},
		"that of all":                {Proxy{}, all, all},
		"its own":                    {Proxy{Type: "socks5", URL: "socks5://own:1"}, all, Proxy{Type: "socks5", URL: "socks5://own:1"}},
		"none, as it says":           {Proxy{Type: "none"}, all, Proxy{Type: "none"}},
		"its own, switched off":      {Proxy{Enabled: &off, Type: "http", URL: "http://own:1"}, all, Proxy{}},
		"that of all, switched off":  {Proxy{}, Proxy{Enabled: &off, Type: "http", URL: "http://all:1"}, Proxy{}},
		"none, where all's is known": {Proxy{Enabled: &off}, all, Proxy{}},
	} {
		require.Equal(t, c.want, c.own.Of(c.all), name)
	}
}
