// Package gone notices that a client has left while its call is under way.
//
// fasthttp cannot tell: it does not read from a connection while a handler runs,
// and its RequestCtx is done only when the server shuts down. So a call that has
// to wait registers its connection here, and a function of its own is called
// when the client closes its side. On Linux that is one epoll instance and one
// goroutine for the whole process; elsewhere the connections are looked at every
// 50 milliseconds.
//
// A client that only shuts down its sending side counts as gone, as it does for
// other HTTP servers: the two cannot be told apart without writing.
package gone
