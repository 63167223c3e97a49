// Package routing decides by rules where a request goes. A rule has an expression in
// CEL and, for the requests of which it holds, targets and the strategy that chooses
// among them, fallbacks, a refusal, or a target that gets a copy in the shadow.
//
// [CheckExpression] says what is wrong with an expression. [New] compiles rules into
// a [Table], once for each configuration; a gateway asks [Table.Match] for each request
// with its [Facts], and orders the targets of the rule that it gets with
// [Strategy.Order].
//
// It knows no providers: whether a target may be used, what it costs and how busy it
// is, the gateway says.
package routing
