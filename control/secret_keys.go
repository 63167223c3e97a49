package control

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) secretKeyRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/cluster/secret-keys", "show-secret-keys", "Show how far an exchange of the secret key has come: which node uses and accepts which"), c.secretKeys)
}

// The states of an exchange of the secret key.
const (
	exchangeNone      = "none"      // every node has one key, the same
	exchangeAccepting = "accepting" // not every node accepts every key yet, or does any more
	exchangeUsing     = "using"     // every node accepts all keys; they do not use the same one yet
	exchangeSealing   = "sealing"   // every node uses the same key; not all is sealed with it yet
	exchangeDone      = "done"      // every node uses it, and what is kept for long is sealed with it
)

// secretKeyUse is a secret key, known by its fingerprint, and how many nodes have it.
type secretKeyUse struct {
	Fingerprint string `json:"fingerprint"`
	Used        int    `json:"used_by" doc:"Nodes whose first key it is."`
	Accepted    int    `json:"accepted_by" doc:"Nodes that have it, first or not."`
}

// nodeSecretKeys are the keys of one node.
type nodeSecretKeys struct {
	Node  string   `json:"node"`
	Roles []string `json:"roles"`
	Keys  []string `json:"keys" doc:"Fingerprints; the first is used, the others are accepted."`
}

type secretKeysOutput struct {
	Body struct {
		State    string           `json:"state" enum:"none,accepting,using,sealing,done" doc:"none: there is one key. accepting: not every node accepts every key. using: they do not use the same one yet. sealing: not all is sealed with it yet. done: the others may be given up when what hangs on them has ended, see docs/secrets.md."`
		Keys     []secretKeyUse   `json:"keys"`
		Nodes    []nodeSecretKeys `json:"nodes" doc:"Live nodes, and the control that answers. NATS servers do not tell."`
		Unsealed int              `json:"sealed_with_others" doc:"Values that are kept for long and are not sealed with the first key of the control that answers."`
	}
}

func (c *Control) secretKeys(ctx context.Context, _ *struct{}) (*secretKeysOutput, error) {
	out := &secretKeysOutput{}
	own := nodeSecretKeys{Node: c.o.Node, Roles: []string{"control"}, Keys: c.o.Secret.Fingerprints()}
	out.Body.Nodes = append(out.Body.Nodes, own)
	for _, n := range c.o.Nodes.List() {
		if n.Node != own.Node && len(n.SecretKeys) > 0 { // one of an earlier version does not tell
			out.Body.Nodes = append(out.Body.Nodes, nodeSecretKeys{Node: n.Node, Roles: n.Roles, Keys: n.SecretKeys})
		}
	}
	out.Body.Keys = usesOf(out.Body.Nodes)
	if c.o.SealedWithOthers != nil && c.o.Secret.Several() {
		var err error
		if out.Body.Unsealed, err = c.o.SealedWithOthers(ctx); err != nil {
			return nil, c.explain("count what is sealed with other keys", err)
		}
	}
	out.Body.State = exchangeState(out.Body.Keys, len(out.Body.Nodes), out.Body.Unsealed)
	return out, nil
}

// usesOf counts who has which key, in the order in which they are met.
func usesOf(nodes []nodeSecretKeys) []secretKeyUse {
	var uses []secretKeyUse
	for _, n := range nodes {
		for i, fingerprint := range n.Keys {
			at := slices.IndexFunc(uses, func(u secretKeyUse) bool { return u.Fingerprint == fingerprint })
			if at < 0 {
				at = len(uses)
				uses = append(uses, secretKeyUse{Fingerprint: fingerprint})
			}
			uses[at].Accepted++
			if i == 0 {
				uses[at].Used++
			}
		}
	}
	return uses
}

func exchangeState(keys []secretKeyUse, nodes, unsealed int) string {
	switch {
	case len(keys) == 1:
		return exchangeNone
	case slices.ContainsFunc(keys, func(k secretKeyUse) bool { return k.Accepted < nodes }):
		return exchangeAccepting
	case !slices.ContainsFunc(keys, func(k secretKeyUse) bool { return k.Used == nodes }):
		return exchangeUsing
	case unsealed > 0:
		return exchangeSealing
	}
	return exchangeDone
}
