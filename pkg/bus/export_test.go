package bus

import (
	"github.com/nats-io/nats.go"

	"github.com/asbru-gateway/asbru/pkg/secret"
)

// Credentials are the options by which a client of nats.go, and not this package, is
// taken for a node.
func Credentials(cluster secret.Key, role Role, node string) ([]nats.Option, error) {
	id := identity{role: role, node: node, link: "test"}
	keys, err := id.keys(cluster)
	if err != nil {
		return nil, err
	}
	public, err := keys.PublicKey()
	if err != nil {
		return nil, err
	}
	return []nats.Option{
		nats.Name(id.name()), nats.Nkey(public, keys.Sign), nats.CustomInboxPrefix(inboxPrefix(role, node)),
	}, nil
}
