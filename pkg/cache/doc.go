// Package cache keeps answers, so that the same request need not be made twice.
//
// An answer is found by a [Key]: a SHA-256 of all that it depends on and of whose it is, each
// part with its length before it, so that no two requests can be made to have one key. Keys
// of different scopes never meet: by default each virtual key has a cache of its own.
//
// What is kept is what the caller was sent, in its dialect: a whole answer, or the pieces of
// a stream with the time between them.
package cache
