package alert

import (
	"fmt"
	"maps"
	"slices"

	"github.com/asbru-gateway/asbru/pkg/member"
)

// keys are the provider keys that are disabled, or rest, on some nodes.
func (o *observer) keys(k Kind) []Signal {
	type trouble struct {
		nodes  int
		reason string
	}
	found := map[string]*trouble{}
	for i := range o.nodes {
		for _, p := range o.nodes[i].Providers {
			for _, key := range p.Keys {
				is := k == KeyDisabled && key.Disabled && key.Reason != "" || // without a reason the configuration says so
					k == KeyResting && key.CoolUntil.After(o.now)
				if !is {
					continue
				}
				subject := p.Name + "/" + key.Name
				if found[subject] == nil {
					found[subject] = &trouble{}
				}
				found[subject].nodes++
				found[subject].reason = key.Reason
			}
		}
	}
	word := "is not used any more: the provider refuses it"
	if k == KeyResting {
		word = "rests, since the provider turns it away"
	}
	var seen []Signal
	for _, subject := range slices.Sorted(maps.Keys(found)) {
		t := found[subject]
		seen = append(seen, Signal{Kind: k, Subject: subject, Summary: fmt.Sprintf(
			"The provider key %s %s (%s), on %d of %d nodes.", subject, word, t.reason, t.nodes, len(o.nodes))})
	}
	return seen
}

// broken are the providers of which no key is of use on any node.
func (o *observer) broken() []Signal {
	usable, keys := map[string]bool{}, map[string]int{}
	for i := range o.nodes {
		for _, p := range o.nodes[i].Providers {
			for _, key := range p.Keys {
				if key.Disabled && key.Reason == "" {
					continue
				}
				keys[p.Name]++
				usable[p.Name] = usable[p.Name] || !unusable(&key)
			}
		}
	}
	var seen []Signal
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		if !usable[name] {
			seen = append(seen, Signal{Kind: ProviderDown, Subject: name, Summary: fmt.Sprintf(
				"The provider %s is not used: on all nodes each of its keys fails or is refused.", name)})
		}
	}
	return seen
}

func unusable(k *member.Key) bool { return k.Broken || k.Disabled }
