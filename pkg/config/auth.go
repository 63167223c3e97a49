package config

import (
	"net"
	"net/url"
	"time"
)

// Auth says how people sign in to the admin API. The admin token lets in whatever it says.
type Auth struct {
	SessionIdleS int  `json:"session_idle_in_seconds,omitempty" unit:"s" minimum:"60" maximum:"31536000" default:"28800" doc:"A session ends when it was not used for so long."`
	SessionMaxS  int  `json:"session_max_in_seconds,omitempty" unit:"s" minimum:"60" maximum:"31536000" default:"604800" doc:"A session ends after so long, however it is used."`
	OIDC         OIDC `json:"oidc,omitzero" doc:"Sign-in at an OpenID provider."`
}

var authDefaults = defaultsOf[Auth]()

// SessionIdle is how long a session lasts without use.
func (a Auth) SessionIdle() time.Duration { return seconds(a.SessionIdleS, authDefaults.SessionIdleS) }

// SessionMax is how long a session lasts.
func (a Auth) SessionMax() time.Duration { return seconds(a.SessionMaxS, authDefaults.SessionMaxS) }

// OIDC is an OpenID provider that people sign in at: the code flow with PKCE.
type OIDC struct {
	Issuer       string            `json:"issuer,omitempty" doc:"The provider's issuer: an https address, of which .well-known/openid-configuration tells the rest. Empty: nobody signs in so."`
	ClientID     string            `json:"client_id,omitempty" doc:"The gateway's id at the provider."`
	ClientSecret Secret            `json:"client_secret,omitempty" doc:"The gateway's secret at the provider. Empty: it is a public client."`
	RedirectURL  string            `json:"redirect_url,omitempty" doc:"Where the provider sends people back to: https://HOST/api/session/oidc/callback."`
	Scopes       []string          `json:"scopes,omitempty" doc:"What is asked for beside openid. Absent: profile, email."`
	GroupsClaim  string            `json:"groups_claim,omitempty" default:"groups" doc:"The claim of the ID token that lists a person's groups."`
	Roles        map[string]string `json:"roles,omitempty" enum:"viewer,operator,admin" doc:"The role of each group's people; of several, the greatest. Who has none may not sign in."`
	Teams        map[string]string `json:"teams,omitempty" doc:"The team that each group's people are confined to. Absent: nobody is confined. Otherwise, who is in none of these groups may not sign in, but for administrators, who are never confined."`
}

// Groups is the claim that lists a person's groups.
func (o *OIDC) Groups() string {
	if o.GroupsClaim == "" {
		return "groups"
	}
	return o.GroupsClaim
}

// AuthConfig is the first administrator, as Bifrost's configuration names one.
type AuthConfig struct {
	AdminUsername          Secret `json:"admin_username,omitempty" doc:"Name of the first administrator, who is made at their first sign-in. Changed and removed by the admin API ever after."`
	AdminPassword          Secret `json:"admin_password,omitempty" doc:"Password of the first administrator until it is changed."`
	IsEnabled              bool   `json:"is_enabled,omitempty" default:"false" doc:"Whether there is such an administrator. The admin API asks for a sign-in or a token in any case."`
	DisableAuthOnInference bool   `json:"disable_auth_on_inference,omitempty" unused:"true" doc:"Sign-in is never asked for by the inference API; see client.enforce_auth_on_inference."`
}

// FirstAdmin returns the first administrator's name and password, "" if none is configured.
func (c *Config) FirstAdmin() (name, password string) {
	for _, a := range []AuthConfig{c.AuthConfig, c.Governance.AuthConfig} {
		if a.IsEnabled && a.AdminUsername != "" && a.AdminPassword != "" {
			return a.AdminUsername.Reveal(), a.AdminPassword.Reveal()
		}
	}
	return "", ""
}

// auth checks what the tags of Auth cannot say.
func (c *checker) auth(path string, a *Auth) {
	o, path := &a.OIDC, child(path, "oidc")
	if o.Issuer == "" {
		if o.ClientID != "" || o.RedirectURL != "" || len(o.Roles) > 0 {
			c.problem(child(path, "issuer"), "is required")
		}
		return
	}
	for _, is := range []struct{ name, value string }{{"issuer", o.Issuer}, {"redirect_url", o.RedirectURL}} {
		at, err := url.Parse(is.value)
		switch {
		case is.value == "":
			c.problem(child(path, is.name), "is required")
		case err != nil || at.Host == "" || at.User != nil || at.Fragment != "":
			c.problem(child(path, is.name), "must be an https address")
		case at.Scheme != "https" && (at.Scheme != "http" || !isLoopback(at.Hostname())):
			c.problem(child(path, is.name), "must be an https address; http is for this machine alone")
		}
	}
	if o.ClientID == "" {
		c.problem(child(path, "client_id"), "is required")
	}
	if len(o.Roles) == 0 {
		c.note(child(path, "roles"), "gives no group a role, so nobody can sign in at the OpenID provider")
	}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
