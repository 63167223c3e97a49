// Package builtin lists the plugins that ship with the gateway. Each is a package of its own
// below this one, which knows none of the others.
package builtin
