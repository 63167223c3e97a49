// Package subscribe tells plugins of what happens in the cluster: those that are a
// [plugin.Subscriber]. A control has a [Feeder]; each plugin has a durable consumer in each
// of the streams that have events for it, which all controls share, so that an event whose
// control dies is told by another.
//
// An event is told at least once. One that is not taken is told again, at growing intervals,
// and is left as a dead letter (bus.DeadEvent) when it was tried as often as it may be.
package subscribe
