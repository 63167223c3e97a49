// Package threshold carries from the nodes to control that a limit has come to its
// warning threshold: limits.Limit.Warn, 80 % of a budget if nothing else is said.
//
// A limiter notices it when it settles a call, and tells one node, once in a period
// over the whole cluster. That node's [Teller] publishes an [Event] on
// bus.BudgetThreshold, whose stream keeps it until control has dealt with it:
//
//	limiter := redis.New(redis.Options{Warned: teller.Tell, …})   // on a node
//	bus.Follow(ctx, conn, bus.EventAlerts, log, func(ctx context.Context, e *threshold.Event) error { … }) // in control
//
// A node that refuses a call since a budget is used up has that told, too.
//
// An event comes at least once. [Event.ID] is the same for all that tell of the same
// limit, threshold and calendar period. Whom to alert is not decided here.
package threshold
