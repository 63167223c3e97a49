// Package provider is the registry of providers: who speaks which dialect,
// where, how to sign in, which operations, which quirks. A provider is a row of
// [Table]; it gets a folder only where a row cannot say it.
package provider
