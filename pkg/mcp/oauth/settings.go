package oauth

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// Settings say how the gateway gets tokens for a server.
type Settings struct {
	Server   string // name of the server in the configuration: letters, digits, - and _
	Resource string // its URL
	// ClientID and ClientSecret are the gateway's at the authorization server; without an id
	// it registers itself.
	ClientID, ClientSecret string
	// AuthorizeURL, TokenURL and RegistrationURL stand for those that the authorization server
	// would tell. With the first two it is not asked.
	AuthorizeURL, TokenURL, RegistrationURL string
	Scopes                                  []string // to ask for; nil: those that the server names
	// PerUser: each caller signs in for itself. A token of nobody in particular is used to
	// list the tools, if there is one.
	PerUser bool
	Private bool // addresses may be private, and without TLS
}

// Nobody is the owner of a token that all callers share.
const Nobody = ""

// place is where what belongs to an owner is kept, which does not tell who that is.
func (s *Settings) place(owner string) string {
	if owner == Nobody {
		return s.Server + ".shared"
	}
	return s.Server + ".of-" + digest(owner)
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

// SignInFor is how long somebody may take to sign in.
const SignInFor = 10 * time.Minute
