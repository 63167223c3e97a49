// Package vault reads secrets from HashiCorp Vault's KV version 2, over plain HTTP: a
// reference vault:PATH#FIELD of the configuration becomes the field of the secret at the
// path. It signs in by a token, an AppRole or a Kubernetes service account, and again
// when that is over.
//
// The configuration keeps what a reference stood for, sealed, so that a node needs no
// Vault, and a Vault that is away changes nothing. Only what reads and refreshes the
// configuration comes here.
package vault
