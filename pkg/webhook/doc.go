// Package webhook delivers what somebody has asked to be told of to an address of
// theirs, signed as Standard Webhooks says (https://www.standardwebhooks.com).
//
// [Queue.Notify] seals a delivery and puts it into the cluster's stream HOOKS. A
// [Sender], on any node that has one, takes it from there, checks the address, posts
// the body, and by the answer acknowledges the delivery, sets the time of its next
// try, or gives it up and leaves a dead letter. All that must outlive a sender is in
// the stream: how old a delivery is and how often it was handed out tell which try is
// next.
//
// It is not for events of the cluster's own, and does not know what a body means.
package webhook
