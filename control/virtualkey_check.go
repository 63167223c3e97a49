package control

import (
	"encoding/json"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/config"
)

// declaredKeys is where the configuration has virtual keys.
var declaredKeys = config.Path{"governance", "virtual_keys"}

// checkKeys checks keys as if they stood in a configuration, and returns what they say. whose is where in the request the key of a number stands.
func (c *Control) checkKeys(d *config.Document, keys []json.RawMessage, whose func(i int) string) (*config.Config, []config.VirtualKey, error) {
	have, err := d.Part(declaredKeys)
	if err != nil {
		return nil, nil, c.explain("read the configuration", err)
	}
	var all []json.RawMessage
	if have != nil {
		if err := json.Unmarshal(have, &all); err != nil {
			return nil, nil, c.explain("read the configuration", err)
		}
	}
	first := len(all)
	list, err := json.Marshal(append(all, keys...))
	if err != nil {
		return nil, nil, err
	}
	with, err := d.WithPart(declaredKeys, list)
	if err != nil {
		return nil, nil, c.explain("read the request", err)
	}
	checked, err := c.resolved(with, d)
	if err != nil {
		return nil, nil, c.explain("read the request", err)
	}
	cfg, _, err := c.o.Check(checked)
	if err = c.explain("check the virtual key", err); err != nil {
		for i := range keys {
			err = inPart(err, declaredKeys.With(first+i), whose(i))
		}
		return nil, nil, err
	}
	return cfg, cfg.Governance.VirtualKeys[first:], nil
}

// ownMembers are those of answers that are no part of a key's declaration.
var ownMembers = []string{"created_at", "updated_at", "revision", "team", "customer"}

// readKey reads the body of a virtual key. An answer may be sent back as it came.
func (c *Control) readKey(body json.RawMessage) (map[string]json.RawMessage, error) {
	members, err := config.ReadObject(body)
	if err != nil {
		return nil, inPart(c.explain("read the request", err), nil, "body")
	}
	for _, name := range ownMembers {
		delete(members, name)
	}
	if value, ok := members["value"]; ok {
		if !strings.HasPrefix(text(value), "****") {
			return nil, invalid("body.value", "is made by the gateway")
		}
		delete(members, "value")
	}
	return members, refuseZeros(members, bodyPlace)
}
