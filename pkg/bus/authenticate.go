package bus

import (
	"crypto/subtle"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/asbru-gateway/asbru/pkg/secret"
)

// authenticator lets in who proves, by signing the server's nonce, to be the node that
// its connection is named after, and gives it that node's permissions.
type authenticator struct {
	cluster secret.Key
	server  *server.Server
	refused *refusals
}

// Check implements server.Authentication.
func (a *authenticator) Check(c server.ClientAuthentication) bool {
	o := c.GetOpts()
	id, ok := parseName(o.Name)
	if !ok || !id.proves(a.cluster, o.Nkey, c.GetNonce(), o.Sig) {
		a.refused.connections.Add(1)
		return false
	}
	account := a.server.GlobalAccount()
	if id.role == Admin {
		account = a.server.SystemAccount()
	}
	c.RegisterUser(&server.User{
		Username: id.role.String() + "/" + Token(id.node), Permissions: permissions(id.role, id.node), Account: account,
	})
	return true
}

// routeAuthenticator lets in the servers of the cluster.
type routeAuthenticator struct{ cluster secret.Key }

// Check implements server.Authentication.
func (a routeAuthenticator) Check(c server.ClientAuthentication) bool {
	o, known := c.GetOpts(), false
	for key := range a.cluster.All() {
		known = subtle.ConstantTimeCompare([]byte(o.Password), []byte(routePassword(key))) == 1 || known
	}
	return known && o.Username == routeUser
}
