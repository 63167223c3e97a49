package gateway

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"reflect"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream"
)

// connect sets up the provider's own address, which one that its keys know need not have.
// The open connections of before are taken over where they go the same way.
func (p *Provider) connect(before *Provider) (err error) {
	p.origins = make(map[string]*upstream.Origin)
	p.visits = &visits{open: make(map[string]*visit)}
	if before != nil && reflect.DeepEqual(before.config.Network, p.config.Network) && before.config.Proxy == p.config.Proxy {
		p.kept = before.origins
	}
	base := cmp.Or(p.config.Network.BaseURL, p.BaseURL)
	switch {
	case base != "":
		p.origin, err = p.originOf(base)
	case p.Way == nil:
		err = fmt.Errorf("network_config.base_url: this provider has no address of its own; give yours, such as %s", p.Example)
	}
	return err
}

// originOf returns the connections to an address.
func (p *Provider) originOf(base string) (*upstream.Origin, error) {
	base, err := config.NormalizeBaseURL(base, p.Version)
	for _, version := range p.Versions {
		if err == nil {
			base, err = config.NormalizeBaseURL(base, version)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("base URL: %w", err)
	}
	if o := p.origins[base]; o != nil {
		return o, nil
	}
	if o := p.kept[base]; o != nil {
		p.origins[base] = o
		return o, nil
	}
	o, err := p.newOrigin(base, p.dial)
	if err != nil {
		return nil, err
	}
	p.origins[base] = o
	return o, nil
}

// newOrigin makes the connections to an address as the provider's are; dial is instead of
// the network's own, nil for that.
func (p *Provider) newOrigin(base string, dial func(ctx context.Context, network, addr string) (net.Conn, error)) (*upstream.Origin, error) {
	n, proxy := &p.config.Network, &p.config.Proxy
	return upstream.NewOrigin(upstream.Options{
		URL:  base,
		Dial: dial,
		Proxy: upstream.ProxyOptions{
			Type: proxy.Type, URL: proxy.URL.Reveal(), CA: proxy.CACert,
			Username: proxy.Username.Reveal(), Password: proxy.Password.Reveal(), Except: proxy.NoProxy,
		},
		TLS:            upstream.TLSOptions{CA: n.CACertPEM, InsecureSkipVerify: n.InsecureSkipVerify},
		ConnectTimeout: n.ConnectTimeout(),
	})
}

// retire closes what the next snapshot has not taken over.
func (s *Snapshot) retire(next *Snapshot) {
	if s.plugins != nil {
		s.plugins.Retire()
	}
	for name, p := range s.providers {
		var taken map[string]*upstream.Origin
		if next != nil && next.providers[name] != nil {
			taken = next.providers[name].origins
		}
		if next == nil || next.providers[name] == nil || next.providers[name].visits != p.visits {
			p.visits.close()
		}
		for base, o := range p.origins {
			if taken[base] != o {
				o.Close()
			}
		}
	}
}
