package control

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/asbru-gateway/asbru/pkg/config"
)

// bifrostSections are the members of Bifrost's form of the configuration, and the
// sections of ours that they are.
var bifrostSections = map[string]config.Path{
	"client_config":    {"client"},
	"framework_config": {"framework", "pricing"},
	"auth_config":      {"auth_config"},
}

// inBifrostsForm says whether a configuration is in Bifrost's form: it has none but its
// members.
func inBifrostsForm(members map[string]json.RawMessage) bool {
	own := 0
	for name := range members {
		if name == "client_config" || name == "framework_config" {
			own++
		} else if bifrostSections[name] == nil {
			return false
		}
	}
	return own > 0
}

// fromBifrost changes the sections that a configuration in Bifrost's form has. What is
// not named stays, as there.
func fromBifrost(old *config.Document, members map[string]json.RawMessage) (json.RawMessage, error) {
	d := old
	for _, name := range slices.Sorted(maps.Keys(members)) {
		changed, err := d.WithPart(bifrostSections[name], withoutIDs(members[name]))
		if err != nil {
			return nil, err
		}
		d = &config.Document{JSON: changed}
	}
	return old.Restored(d.JSON)
}

// withoutIDs takes off what Bifrost's database adds.
func withoutIDs(section json.RawMessage) json.RawMessage {
	var members map[string]json.RawMessage
	if json.Unmarshal(section, &members) != nil || members == nil {
		return section // the checks say what is wrong
	}
	for _, name := range []string{"id", "created_at", "updated_at", "config_hash"} {
		delete(members, name)
	}
	return encoded(members)
}

// toBifrost returns the sections of a configuration, as it may be shown, in Bifrost's
// form.
func toBifrost(shown json.RawMessage) (map[string]json.RawMessage, error) {
	d := &config.Document{JSON: shown}
	sections := map[string]json.RawMessage{}
	for name, path := range bifrostSections {
		part, err := d.Part(path)
		if err != nil {
			return nil, err
		}
		if part == nil {
			part = json.RawMessage("{}")
		}
		sections[name] = part
	}
	return sections, nil
}
