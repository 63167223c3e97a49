package config

import (
	"fmt"

	"github.com/asbru-gateway/asbru/pkg/plugin/signing"
)

// Artefacts says whose artefacts plugins may be made of.
type Artefacts struct {
	Publishers    []Publisher `json:"publishers,omitempty" doc:"Whose signatures count."`
	AllowUnsigned bool        `json:"allow_unsigned,omitempty" default:"false" doc:"Whether plugins may also be made of artefacts that none of the publishers has signed."`
}

// Publisher is somebody who signs artefacts.
type Publisher struct {
	Name      string `json:"name,omitempty" required:"true" maxLength:"100" doc:"Who it is."`
	PublicKey string `json:"public_key,omitempty" required:"true" doc:"Public key of its signatures: the 32 bytes of an Ed25519 key in base64, as \"asbru plugin key\" shows it."`
}

// Trust returns whose artefacts may be used.
func (a *Artefacts) Trust() (*signing.Trust, error) {
	t := &signing.Trust{Unsigned: a.AllowUnsigned}
	for _, p := range a.Publishers {
		k, err := signing.ParseKey(p.PublicKey)
		if err != nil {
			return nil, fmt.Errorf("the publisher %s: %w", p.Name, err)
		}
		t.Publishers = append(t.Publishers, signing.Publisher{Name: p.Name, Key: k})
	}
	return t, nil
}

func (c *checker) artefacts() {
	names := map[string]string{}
	for i := range c.config.Artefacts.Publishers {
		at, p := element("plugin_artefacts.publishers", i), &c.config.Artefacts.Publishers[i]
		unique(c, child(at, "name"), p.Name, names)
		if _, err := signing.ParseKey(p.PublicKey); err != nil {
			c.problem(child(at, "public_key"), "%s", err.Error())
		}
	}
}
