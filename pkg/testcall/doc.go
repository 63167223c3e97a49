// Package testcall has an edge make a call for a control, which takes none itself: so that
// whoever sets a cluster up has the first answer, and the models there are, where they are.
//
// [Asker.Ask] sends a request to whichever edge listens ([Serve]). That makes the call as it
// makes a job's, with the caller's own key and all limits, and sends the whole answer back in
// one message. Both are sealed with the cluster's key, since they hold a caller's key and what
// was said. A call is made at most once, and nothing of it is kept on the way.
package testcall
