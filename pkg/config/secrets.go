package config

import (
	"crypto/x509"
	"net/url"
	"reflect"
	"strings"
	"time"
)

// Secrets says where secrets are that the configuration refers to.
type Secrets struct {
	Vault Vault `json:"vault,omitzero" doc:"The HashiCorp Vault that vault:PATH#FIELD is read in. The variables ASBRU_VAULT_… go before it."`
}

// Vault is a HashiCorp Vault with a KV engine of version 2.
type Vault struct {
	Address   string    `json:"address,omitempty" ref:"true" doc:"Where it is: https://HOST:8200. Empty: there is none."`
	Namespace string    `json:"namespace,omitempty" doc:"Its namespace."`
	Mount     string    `json:"mount,omitempty" default:"secret" doc:"Where the KV engine is mounted."`
	CACertPEM string    `json:"ca_cert_pem,omitempty" ref:"true" doc:"Certificate authorities, in PEM form, that are trusted besides the system's."`
	Auth      VaultAuth `json:"auth,omitzero" doc:"How the gateway signs in, in one of three ways."`
	RefreshS  int       `json:"refresh_interval,omitempty" unit:"s" minimum:"5" maximum:"3600" default:"60" doc:"How often secrets are read anew."`
}

// VaultAuth is how the gateway signs in: one of the three is given.
type VaultAuth struct {
	Token      Secret          `json:"token,omitempty" doc:"A token."`
	AppRole    VaultAppRole    `json:"approle,omitzero" doc:"An AppRole."`
	Kubernetes VaultKubernetes `json:"kubernetes,omitzero" doc:"The service account of control's pod."`
}

// VaultAppRole is a sign-in by AppRole.
type VaultAppRole struct {
	RoleID   string `json:"role_id,omitempty" ref:"true" doc:"Id of the role."`
	SecretID Secret `json:"secret_id,omitempty" doc:"The role's secret."`
	Mount    string `json:"mount,omitempty" default:"approle" doc:"Where the auth method is mounted."`
}

// VaultKubernetes is a sign-in by a pod's service account, whose token lies where Kubernetes
// puts it.
type VaultKubernetes struct {
	Role  string `json:"role,omitempty" doc:"The role in Vault."`
	Mount string `json:"mount,omitempty" default:"kubernetes" doc:"Where the auth method is mounted."`
}

var vaultDefaults = defaultsOf[Vault]()

// Refresh is how often secrets are read anew.
func (v *Vault) Refresh() time.Duration { return seconds(v.RefreshS, vaultDefaults.RefreshS) }

// vaultPath is where the section stands.
const vaultPath = "secrets.vault"

func (c *checker) vault() {
	v := &c.config.Secrets.Vault
	ways := 0
	for _, way := range []string{v.Auth.Token.Reveal(), v.Auth.AppRole.RoleID, v.Auth.Kubernetes.Role} {
		if way != "" {
			ways++
		}
	}
	if v.Address == "" {
		if ways > 0 {
			c.problem(child(vaultPath, "address"), "is wanted, to sign in there")
		}
		return
	}
	if u, err := url.Parse(v.Address); err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		c.problem(child(vaultPath, "address"), "must be an http or https address, without a name and a password")
	}
	if ways != 1 {
		c.problem(child(vaultPath, "auth"), "wants one of token, approle.role_id and kubernetes.role")
	}
	if v.CACertPEM != "" && !x509.NewCertPool().AppendCertsFromPEM([]byte(v.CACertPEM)) {
		c.problem(child(vaultPath, "ca_cert_pem"), "has no certificate in PEM form")
	}
}

// vaultIn reads the section of a configuration by itself, before the rest is read: the rest
// may refer to what is in the Vault. It is nil where there is none. What is wrong with it is
// told when the whole is read.
func vaultIn(root *node, o options) *Vault {
	n := root
	for step := range strings.SplitSeq(vaultPath, ".") {
		if n == nil || n.kind != objectKind {
			return nil
		}
		n = n.get(step)
	}
	if n == nil || n.kind != objectKind {
		return nil
	}
	o.openVault = nil
	d := &decoder{options: o, at: make(map[string]position), files: make(fileDigests), references: make(map[string]string)}
	var v Vault
	d.section(n, reflect.ValueOf(&v).Elem(), vaultPath)
	return &v
}

// Vault is the document's own section secrets.vault, nil where it has none.
func (d *Document) Vault() *Vault {
	root, problem := parseJSON(d.JSON)
	if problem != nil {
		return nil
	}
	o := newOptions(nil)
	if o.references = d.References; o.references == nil {
		o.references = map[string]string{}
	}
	return vaultIn(root, o)
}
