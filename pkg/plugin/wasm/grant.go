package wasm

import (
	"cmp"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/config"
)

// grant is one entry of fetch.hosts: what a module may ask over the network.
type grant struct {
	scheme, port string
	host         string // in lower case; of *.example.com, .example.com
	below        bool   // any name that ends with host
}

// standardPorts are those of addresses that name none.
var standardPorts = map[string]string{"https": "443", "http": "80"}

var errGrant = errors.New("must be a host, as api.example.com or *.example.com, with a port if it is not the usual one, and http:// before it where it is not asked over https")

// readGrants reads the entries of fetch.hosts.
func readGrants(entries []string) ([]grant, error) {
	all := make([]grant, len(entries))
	for i, entry := range entries {
		g, err := readGrant(entry)
		if err != nil {
			return nil, config.Fault("fetch.hosts["+strconv.Itoa(i)+"]", "%v", err)
		}
		all[i] = g
	}
	return all, nil
}

func readGrant(entry string) (grant, error) {
	if !strings.Contains(entry, "://") {
		entry = "https://" + entry
	}
	u, err := url.Parse(entry)
	if err != nil || standardPorts[u.Scheme] == "" || *u != (url.URL{Scheme: u.Scheme, Host: u.Host}) {
		return grant{}, errGrant
	}
	g := grant{scheme: u.Scheme, port: portOf(u), host: hostOf(u)}
	if rest, below := strings.CutPrefix(g.host, "*"); below {
		g.host, g.below = rest, true
	}
	if g.below != strings.HasPrefix(g.host, ".") || strings.Trim(g.host, ".") == "" || strings.Contains(g.host, "*") || !isASCII(g.host) {
		return grant{}, errGrant
	}
	return g, nil
}

// allows says whether an address is one of what is granted.
func (g grant) allows(u *url.URL) bool {
	host := hostOf(u)
	if u.Scheme != g.scheme || portOf(u) != g.port || !isASCII(host) { // other letters become these when a name is looked up
		return false
	}
	if g.below {
		return len(host) > len(g.host) && strings.HasSuffix(host, g.host)
	}
	return host == g.host
}

func hostOf(u *url.URL) string { return strings.ToLower(u.Hostname()) }

func portOf(u *url.URL) string { return cmp.Or(u.Port(), standardPorts[u.Scheme]) }

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
