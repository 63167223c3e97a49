// Package parity reads docs/parity.md, which says of everything that Bifrost has what has
// become of it here, so that the tests of those who have it can hold the page to what they do.
package parity
