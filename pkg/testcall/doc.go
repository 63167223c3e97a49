// Package testcall has an edge make a call for a control, which takes none itself: so that
// whoever sets a cluster up has the first answer, and the models there are, where they are.
//
// [Asker.Ask] sends a request to whichever edge listens ([Serve]). That makes the call as it
// makes a job's, with the caller's own key and all limits, and sends the whole answer back in
// one message; [Asker.Follow] is told of an answer that comes in pieces as it comes. All are
// sealed with the cluster's key, since they hold a caller's key and what was said. A call is
// made at most once, and nothing of it is kept on the way. Who asks and waits no more says so,
// and the edge gives the call up.
package testcall
