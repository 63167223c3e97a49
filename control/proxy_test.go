package control_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheProxyOfAllProvidersIsShownAndReplaced(t *testing.T) {
	d := open(t)
	const path = "/api/proxy-config"
	require.Empty(t, d.call(200, "GET", path, ""))
	put := d.call(200, "PUT", path, `{"enabled":true,"type":"http","url":"http://proxy:3128","username":"u","password":"the-proxys-password","no_proxy":"localhost","timeout":10,"id":1}`)
	require.NotContains(t, fmt.Sprint(put), "the-proxys-password")
	shown := d.call(200, "GET", path, "")
	require.Equal(t, put, shown)
	require.Equal(t, "localhost", shown["no_proxy"])

	back := fmt.Sprintf(`{"type":"http","url":%q,"username":%q,"password":%q}`, shown["url"], shown["username"], shown["password"])
	d.call(200, "PUT", path, back) // what is sent back as it is shown stays what it was
	require.Equal(t, shown["password"], d.call(200, "GET", path, "")["password"])

	for field, body := range map[string]string{
		"proxy_config.url": `{"url":"ftp://proxy"}`, "proxy_config.type": `{"type":"carrier-pigeon"}`, "proxy_config.colour": `{"colour":1}`,
		"must be an object": `[]`,
	} {
		require.Contains(t, fmt.Sprint(d.call(422, "PUT", path, body)), field)
	}
}
