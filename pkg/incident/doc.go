// Package incident takes what plugins find in calls to those who watch over them. An edge or
// worker has a [Teller], which publishes incidents on bus.GuardEvent without a call waiting;
// control follows bus.GuardAlerts. What calls come to does not depend on them.
package incident
