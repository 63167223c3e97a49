package gateway

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/egress"
	"github.com/asbru-gateway/asbru/pkg/upstream"
)

// A caller may bring all that a provider wants to know of it in headers, where
// client.allow_direct_keys says so: an access key of AWS with its region, the address of a
// resource in Azure. What it brings is used for its call and kept nowhere.

// visitsMax is how many addresses that callers name have open connections kept to them.
const visitsMax = 32

// visits are the connections to addresses that callers name. It is safe for concurrent use.
type visits struct {
	mu   sync.Mutex
	open map[string]*visit
}

type visit struct {
	origin *upstream.Origin
	last   time.Time
}

// to returns the connections to an address, which open makes where there are none. The
// address that nobody has asked for the longest is given up for one too many.
func (v *visits) to(address string, open func() (*upstream.Origin, error)) (*upstream.Origin, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := time.Now()
	if known := v.open[address]; known != nil {
		known.last = now
		return known.origin, nil
	}
	o, err := open()
	if err != nil {
		return nil, err
	}
	if len(v.open) >= visitsMax {
		oldest := ""
		for a, known := range v.open {
			if oldest == "" || known.last.Before(v.open[oldest].last) {
				oldest = a
			}
		}
		v.open[oldest].origin.Close() // calls on their way there go on
		delete(v.open, oldest)
	}
	v.open[address] = &visit{o, now}
	return o, nil
}

// close gives up all connections. Calls that are on their way go on.
func (v *visits) close() {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, known := range v.open {
		known.origin.Close()
	}
	clear(v.open)
}

// broughtKey is the key that the caller brings for a provider in headers of its own; nil
// for none.
func (c *Call) broughtKey(p *Provider) (*config.Key, *api.Error) {
	if p.Brought == nil || !c.snapshot.directKeys || c.identity != nil || c.Client == nil {
		return nil, nil
	}
	k, err := p.Brought(c.Client.Header, c.Credential)
	if err != nil {
		return nil, api.Invalid("invalid_direct_key", "", "%s.", err)
	}
	return k, nil
}

// broughtDigest tells callers apart that show nothing but keys of AWS's in headers, "" for
// none. It is no secret.
func (c *Call) broughtDigest() string {
	digest := sha256.New()
	some := false
	for _, name := range [...]string{"x-bf-bedrock-api-key", "x-bf-bedrock-access-key", "x-bf-bedrock-secret-key", "x-bf-bedrock-session-token"} {
		v := c.Client.Header(name)
		some = some || v != ""
		_, _ = io.WriteString(digest, v+"\x00")
	}
	if !some {
		return ""
	}
	return hex.EncodeToString(digest.Sum(nil))
}

// brings says whether the call goes to the provider with a key of the caller's own.
func (c *Call) brings(p *Provider) bool {
	if c.directKeyFor(p) != "" {
		return true
	}
	k, err := c.broughtKey(p)
	return k != nil || err != nil
}

// brought returns the credential of a key that the caller brings; nil for none.
func (c *Call) brought(p *Provider) (*credential, *api.Error) {
	k, err := c.broughtKey(p)
	if k == nil || err != nil {
		return nil, err
	}
	var dial func(ctx context.Context, network, addr string) (net.Conn, error)
	if k.Azure != nil { // the caller chooses the address, and not only which of AWS's it is
		private := c.snapshot.directPrivate
		proxied := p.config.Proxy.Type != "" && p.config.Proxy.Type != "none"
		switch {
		case proxied && !private: // what a name means to the proxy cannot be seen from here
			return nil, notAllowed()
		case egress.CheckURL(k.Azure.Endpoint, private) != nil:
			return nil, notAllowed()
		case !proxied:
			dial = (&net.Dialer{Timeout: p.config.Network.ConnectTimeout(), Control: egress.Control(func() bool { return private })}).DialContext
		}
	}
	open := func(address string) (*upstream.Origin, error) {
		return p.visits.to(address, func() (*upstream.Origin, error) { return p.newOrigin(address, dial) })
	}
	cred := &credential{models: p.direct.models}
	if p.lead(cred, k, open) != nil {
		return nil, api.Invalid("invalid_direct_key", "", "The key that the call brings for %s cannot be used.", p.Name)
	}
	return cred, nil
}

func notAllowed() *api.Error {
	return api.Invalid("endpoint_not_allowed", "x-bf-azure-endpoint", "The endpoint must be an https address on the internet.")
}
