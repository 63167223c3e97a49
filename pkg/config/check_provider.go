package config

import (
	"crypto/x509"
	"maps"
	"net/url"
	"slices"
	"strings"
)

func (c *checker) provider(name string, p Provider) {
	path := child("providers", name)
	c.providerName(path, name, p)
	c.keys(child(path, "keys"), p.Keys)
	c.network(child(path, "network_config"), p.Network)
	c.proxy(child(path, "proxy_config"), p.Proxy)
	c.prices(child(path, "pricing_overrides"), p.PricingOverrides)
}

func (c *checker) providerName(path, name string, p Provider) {
	if !isPlain(strings.ReplaceAll(name, ".", "_")) {
		// A model is called provider/model, and the name is sent in headers.
		c.problem(path, "a provider's name may have letters, digits and . _ - only")
		return
	}
	if p.Custom != nil {
		c.custom(child(path, "custom_provider_config"), p.Custom)
		c.pathOverrides(child(child(path, "custom_provider_config"), "request_path_overrides"), p)
		if p.Network.BaseURL == "" {
			c.problem(child(child(path, "network_config"), "base_url"), "is required for a custom provider")
		}
		return
	}
	if c.known != nil && !c.known(name) {
		c.problem(path, "%s", unknown("provider", name, c.knownProviders())+" (one of your own needs custom_provider_config)")
	}
}

func (c *checker) custom(path string, custom *Custom) {
	if base := custom.BaseProviderType; base != "" && c.known != nil && !c.known(base) {
		c.problem(child(path, "base_provider_type"), "%s", unknown("provider", base, c.knownProviders()))
	}
	for _, request := range slices.Sorted(maps.Keys(custom.AllowedRequests)) {
		if !slices.Contains(requestNames, request) {
			c.problem(child(child(path, "allowed_requests"), request), "%s", unknown("key", request, requestNames))
		}
	}
}

func (c *checker) pathOverrides(path string, p Provider) {
	for _, request := range slices.Sorted(maps.Keys(p.Custom.PathOverrides)) {
		if !slices.Contains(requestNames, request) {
			c.problem(child(path, request), "%s", unknown("key", request, requestNames))
			continue
		}
		// A base_url that is wrong, or missing, is told of by itself.
		base, err := NormalizeBaseURL(p.Network.BaseURL, "")
		if err != nil {
			base = "http://host"
		}
		if _, err := OverrideOf(base, p.Custom.PathOverrides[request]); err != nil {
			c.problem(child(path, request), "%s", err)
		}
	}
}

// knownProviders are the names to suggest.
func (c *checker) knownProviders() []string {
	return slices.DeleteFunc(slices.Clone(bifrostProviders), func(name string) bool { return !c.known(name) })
}

func (c *checker) keys(path string, keys []Key) {
	names, ids := make(map[string]string), make(map[string]string)
	for i, k := range keys {
		p := element(path, i)
		if k.Name != "" {
			unique(c, child(p, "name"), k.Name, names)
			c.headerSafe(child(p, "name"), k.Name)
		}
		if k.ID != "" && k.ID != k.Name {
			unique(c, child(p, "id"), k.ID, ids)
		}
		c.headerSafe(child(p, "value"), k.Value.Reveal())
		emptyList(c, child(p, "models"), k.Models)
		c.bounded(p, k.bounded())
		c.prices(child(p, "pricing_overrides"), k.PricingOverrides)
		if k.Bedrock != nil {
			c.bedrock(child(p, "bedrock_key_config"), k.Bedrock, k.Value != "")
		}
	}
}

func (c *checker) bedrock(path string, b *Bedrock, apiKey bool) {
	switch {
	case (b.AccessKey == "") != (b.SecretKey == ""):
		c.problem(path, "needs both access_key and secret_key, or neither")
	case b.SessionToken != "" && b.AccessKey == "":
		c.problem(child(path, "session_token"), "is a token of an access key, and there is none")
	case apiKey && (b.AccessKey != "" || b.RoleARN != ""):
		c.problem(path, "has access keys or a role, and the key has a value: it is one or the other")
	}
	for _, arn := range [...]struct{ name, value string }{{"arn", b.ARN}, {"role_arn", b.RoleARN}} {
		if arn.value != "" && !strings.HasPrefix(arn.value, "arn:") {
			c.problem(child(path, arn.name), "must be an ARN, which begins with arn:")
		}
	}
	if strings.Trim(b.Region, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		c.problem(child(path, "region"), "must be a region of AWS, as us-east-1")
	}
	if b.RoleARN == "" && (b.ExternalID != "" || b.SessionName != "") {
		c.problem(path, "has external_id or session_name without a role_arn that they are for")
	}
}

func (c *checker) network(path string, n Network) {
	if n.BaseURL != "" {
		if _, err := NormalizeBaseURL(n.BaseURL, ""); err != nil {
			c.problem(child(path, "base_url"), "%s", err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(n.ExtraHeaders)) {
		p := child(child(path, "extra_headers"), name)
		if !isHeaderName(name) {
			c.problem(p, "is not a header name")
		}
		c.headerSafe(p, n.ExtraHeaders[name].Reveal())
	}
	if initial, longest := n.RetryBackoffInitial, n.RetryBackoffMax; longest > 0 && initial > longest {
		c.problem(child(path, "retry_backoff_initial"), "must be ≤ retry_backoff_max")
	}
	c.certificates(child(path, "ca_cert_pem"), n.CACertPEM)
}

func (c *checker) proxy(path string, p Proxy) {
	c.certificates(child(path, "ca_cert_pem"), p.CACert)
	if p.Type != "http" && p.Type != "socks5" {
		return
	}
	if p.URL == "" {
		c.problem(child(path, "url"), "is required for a proxy of type %s", p.Type)
		return
	}
	schemes := map[string][]string{"http": {"http", "https"}, "socks5": {"socks5", "socks5h"}}[p.Type]
	u, err := url.Parse(p.URL.Reveal())
	switch {
	case err != nil || u.Hostname() == "":
		c.problem(child(path, "url"), "must be a URL with a host")
	case !slices.Contains(schemes, u.Scheme):
		c.problem(child(path, "url"), "must begin with %s://", strings.Join(schemes, ":// or "))
	case u.User != nil && (p.Username != "" || p.Password != ""):
		c.problem(child(path, "url"), "must not have a user name or password beside those of username and password")
	}
}

func (c *checker) certificates(path, pem string) {
	if pem != "" && !x509.NewCertPool().AppendCertsFromPEM([]byte(pem)) {
		c.problem(path, "must be a PEM certificate")
	}
}

// isHeaderName says whether name is a token as RFC 9110 §5.6.2 defines it.
func isHeaderName(name string) bool {
	for _, b := range []byte(name) {
		letter := b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
		if !letter && strings.IndexByte("!#$%&'*+-.^_`|~", b) < 0 {
			return false
		}
	}
	return name != ""
}
