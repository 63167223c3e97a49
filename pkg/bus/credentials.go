package bus

import (
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/nats-io/nkeys"

	"github.com/asbru-gateway/asbru/pkg/secret"
)

// identity is who a connection claims to be. Its name on the server says so.
type identity struct {
	role Role
	node string
	link string
}

const namePrefix = "asbru"

// name is the connection's name on the server.
func (id identity) name() string {
	return strings.Join([]string{namePrefix, id.role.String(), Token(id.node), id.link}, "/")
}

// parseName undoes name.
func parseName(name string) (identity, bool) {
	parts := strings.Split(name, "/")
	if len(parts) != 4 || parts[0] != namePrefix {
		return identity{}, false
	}
	role, known := parseRole(parts[1])
	node, valid := Untoken(parts[2])
	return identity{role: role, node: node, link: parts[3]}, known && valid
}

// keys are the identity's signing keys: derived from the cluster's secret for this
// role of this node alone, so that what one node holds for the bus makes it no other.
func (id identity) keys(cluster secret.Key) (nkeys.KeyPair, error) {
	seed := cluster.Derive("bus/user/" + id.role.String() + "/" + id.node)
	return nkeys.FromRawSeed(nkeys.PrefixByteUser, seed.Bytes())
}

// proves reports whether a signature over the server's nonce is the identity's, by any
// of the cluster's keys.
func (id identity) proves(cluster secret.Key, public string, nonce []byte, signature string) bool {
	for key := range cluster.All() {
		if id.provesBy(key, public, nonce, signature) {
			return true
		}
	}
	return false
}

func (id identity) provesBy(cluster secret.Key, public string, nonce []byte, signature string) bool {
	keys, err := id.keys(cluster)
	if err != nil {
		return false
	}
	defer keys.Wipe()
	if want, err := keys.PublicKey(); err != nil || want != public {
		return false
	}
	sig, err := base64.RawURLEncoding.DecodeString(signature)
	return err == nil && keys.Verify(nonce, sig) == nil
}

// PluginCredentials are those of the program behind a plugin: the name that its connection
// must have, and the seed of the key (NKEY) by which it answers the server's challenge.
func PluginCredentials(cluster secret.Key, plugin string) (name, seed string, err error) {
	id := identity{role: Plugin, node: plugin, link: "program"}
	keys, err := id.keys(cluster)
	if err != nil {
		return "", "", err
	}
	defer keys.Wipe()
	text, err := keys.Seed()
	return id.name(), string(text), err
}

// routeUser is the name that all servers of a cluster have for each other.
const routeUser = "asbru"

// routePassword is what a server of a cluster makes itself known to the others by.
func routePassword(cluster secret.Key) string {
	k := cluster.Derive("bus/routes")
	return hex.EncodeToString(k.Bytes())
}
