// Package catalog knows models: so far, which provider a well-known model name
// belongs to, so that a caller may leave the provider out.
package catalog
