// Package redis reaches the Redis that nodes share: it makes the client from a
// URL, runs scripts, and stays quick when Redis is not.
//
// The package go-redis does the talking. What is added here is a short, bounded
// patience: a script has answered within [Options.Timeout] or has failed. After
// a few failures in a row the breaker opens, and from then on a script fails at
// once with [ErrAway], until a probe in the background finds Redis in order.
// [Client.State] tells an operator which of the two it is.
//
// A script is sent by its digest and in full only when the server does not know
// it, as after a restart. What the scripts do, and what holds while Redis is
// away, is for those who run them, such as package limits/redis.
package redis
