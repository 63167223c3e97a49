package gateway

import (
	"errors"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/signing"
)

// Artefacts says where on this machine an artefact is, if somebody has signed it whom t
// trusts. It does not wait for the network in [Options].
type Artefacts func(digest string, t *signing.Trust) (path string, err error)

// path is where a plugin's program is, "" for none.
func (a Artefacts) path(cfg *config.Config, p *config.Plugin) (string, error) {
	if p.Artefact == "" {
		return p.Path, nil
	}
	if a == nil {
		return "", &plugin.PathError{Err: errors.New("no artefacts are kept here")}
	}
	trust, err := cfg.Artefacts.Trust()
	if err != nil {
		return "", err
	}
	path, err := a(p.Artefact, trust)
	if err != nil {
		return "", &plugin.PathError{Err: err}
	}
	return path, nil
}
