// Package incident takes what plugins find in calls to those who watch over them. An edge or
// worker has a [Teller], which publishes incidents on bus.GuardEvent without a call waiting;
// a control [Follow]s them.
//
// Each is told at least once, unless more of them wait than a node keeps: then the newest are
// dropped, and counted in the log. What calls come to does not depend on them.
package incident
