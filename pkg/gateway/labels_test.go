package gateway

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

type headers map[string]string

func (headers) Watch(func())                {}
func (headers) Unwatch()                    {}
func (h headers) Header(name string) string { return h[name] }

func TestLabelsTakeTheirValuesFromTheCallersHeaders(t *testing.T) {
	require.Nil(t, callerLabelsOf(nil))
	labels := callerLabelsOf([]string{"team", "app_name"})
	for name, tc := range map[string]struct {
		caller Client
		want   string
	}{
		"both":                    {headers{"x-asbru-prom-team": "red", "x-asbru-prom-app-name": "shop"}, "red\x1fshop\x1f"},
		"Bifrost's name":          {headers{"x-bf-prom-app_name": "shop"}, "\x1fshop\x1f"},
		"our own comes first":     {headers{"x-bf-prom-team": "blue", "x-asbru-prom-team": "red"}, "red\x1f\x1f"},
		"none":                    {headers{}, "\x1f\x1f"},
		"nobody to ask":           {nil, "\x1f\x1f"},
		"too long":                {headers{"x-asbru-prom-team": strings.Repeat("r", 100)}, strings.Repeat("r", 64) + "\x1f\x1f"},
		"not UTF-8, and the mark": {headers{"x-asbru-prom-team": "r\xff\x1fed"}, "red\x1f\x1f"},
	} {
		require.Equal(t, tc.want, labels.of(tc.caller), name)
	}
}
